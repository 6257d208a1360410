// Attributes of the scheduled form: where a value lies and which kernel computes it.
#ifndef PENJING_SCHEDULE_ATTRIBUTES_TD
#define PENJING_SCHEDULE_ATTRIBUTES_TD

include "penjing/Dialect/Penjing/PenjingAttributes.td"

def Penjing_Space : Penjing_Enum<"Space", "the memory a value lies in", [
  I32EnumAttrCase<"Arena", 0, "arena">,
  I32EnumAttrCase<"Result", 1, "result">,
  I32EnumAttrCase<"Alias", 2, "alias">]>;

def Penjing_PlacementAttr : Penjing_Attr<"Placement", "placement"> {
  let summary = "where the elements of a value lie in memory";
  let description = [{
    `arena`: in the arena, `at` a byte offset once memory is planned; `result`:
    in the caller's buffer of the function's result number `at`; `alias`: in the
    memory of the op's first operand, which the op only looks at differently.
    `strides` are elements per logical dimension. `low` and `high` count the rows
    of the halo before and behind each dimension, which hold `fill`; the offset
    is that of the halo's first element.
  }];
  let parameters = (ins EnumParameter<Penjing_Space>:$space,
                        DefaultValuedParameter<"int64_t", "-1">:$offset,
                        OptionalArrayRefParameter<"int64_t">:$strides,
                        OptionalArrayRefParameter<"int64_t">:$low,
                        OptionalArrayRefParameter<"int64_t">:$high,
                        DefaultValuedParameter<"int64_t", "0">:$fill);
  let assemblyFormat = [{
    `<` $space (`at` $offset^)? (`strides` `[` $strides^ `]`)?
    (`low` `[` $low^ `]`)? (`high` `[` $high^ `]`)? (`fill` $fill^)? `>`
  }];
  let extraClassDeclaration = [{
    /// Name of the array of placements on an op, one per result.
    static constexpr ::llvm::StringLiteral kName = "pj.placements";
    bool hasHalo() const { return !getLow().empty(); }
    /// Elements between the start of the buffer and the element at index 0.
    int64_t getOrigin() const;
    /// Elements from the start of the buffer to the last one of `shape` and its halo.
    int64_t getExtent(::llvm::ArrayRef<int64_t> shape) const;
    PlacementAttr withOffset(int64_t offset) const;
  }];
}

def Penjing_WeightForm : Penjing_Enum<"WeightForm", "which products of a weight are computed", [
  I32EnumAttrCase<"Dense", 0, "dense">,
  I32EnumAttrCase<"Block", 1, "block">,
  I32EnumAttrCase<"Unstructured", 2, "unstructured">]>;

def Penjing_KernelAttr : Penjing_Attr<"Kernel", "kernel"> {
  let summary = "the kernel of a contraction: multiply-add leaf, tiles, form of the weight";
  let description = [{
    `tiles` has an entry per dimension of the contraction's iteration space, in
    its order; `reason` is the sentence of the report.
  }];
  let parameters = (ins StringRefParameter<"leaf">:$leaf, "int64_t":$lanes,
                        OptionalArrayRefParameter<"int64_t">:$tiles,
                        EnumParameter<Penjing_WeightForm>:$weights,
                        StringRefParameter<"why">:$reason);
  let assemblyFormat = [{
    `<` $leaf `,` `lanes` `=` $lanes `,` `tiles` `=` `[` $tiles `]` `,` $weights `,` $reason `>`
  }];
  let extraClassDeclaration = [{
    static constexpr ::llvm::StringLiteral kName = "pj.kernel";
  }];
}

#endif // PENJING_SCHEDULE_ATTRIBUTES_TD
