// Attributes of the kernel dialect: a dimension of an iteration space, and the
// whole description of a contraction.
#ifndef PENJING_DIALECT_KERNEL_KERNELATTRIBUTES_TD
#define PENJING_DIALECT_KERNEL_KERNELATTRIBUTES_TD

include "penjing/Dialect/Kernel/KernelDialect.td"

def Kernel_DimKind : I32Enum<"DimKind", "role of a dimension", [
    I32EnumCase<"Parallel", 0, "parallel">,
    I32EnumCase<"Vector", 1, "vector">,
    I32EnumCase<"Reduction", 2, "reduction">]> {
  let cppNamespace = "::penjing::kernel";
}

def Kernel_Storage : I32Enum<"Storage", "how operand B lies in memory", [
    I32EnumCase<"Strided", 0, "strided">,
    I32EnumCase<"Packed", 1, "packed">]> {
  let cppNamespace = "::penjing::kernel";
}

def Kernel_Sparsity : I32Enum<"Sparsity", "which products are stored", [
    I32EnumCase<"Dense", 0, "dense">,
    I32EnumCase<"Block", 1, "block">,
    I32EnumCase<"Unstructured", 2, "unstructured">]> {
  let cppNamespace = "::penjing::kernel";
}

class Kernel_DefaultEnum<EnumInfo enum, string value> : EnumParameter<enum> {
  let defaultValue = value;
}

class Kernel_Attr<string name, string attrMnemonic>
    : AttrDef<Kernel_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Kernel_DimAttr : Kernel_Attr<"Dim", "dim"> {
  let summary = "A dimension of an iteration space";
  let description = [{
    Name, role, size, tile and one stride per pointer operand, in the order of
    the op's operands and in elements of that operand. A stride is 0 where the
    operand does not depend on the dimension and may be negative.

    The tile counts what one body of the innermost loop covers: elements for a
    parallel dimension, vectors for the vector dimension, unrolled steps for a
    reduction. A size the tile does not divide is cut into equal tiles of at
    most that many (32 by 11 is 11 + 11 + 10). `pjk.map` and `pjk.reduce`
    choose their own tiles: theirs must be 1.

    ```mlir
    #pjk.dim<"ow" parallel 56 tile 14 [64, 0, 64]>
    ```
  }];
  let parameters = (ins
      StringRefParameter<"name for the reader and for the kernel's name">:$name,
      EnumParameter<Kernel_DimKind>:$kind,
      "int64_t":$size,
      DefaultValuedParameter<"int64_t", "1">:$tile,
      OptionalArrayRefParameter<"int64_t">:$strides);
  let assemblyFormat =
      "`<` $name $kind $size (`tile` $tile^)? ` ` `[` (`]`) : ($strides^ `]`)? `>`";
}

def Kernel_ContractionAttr : Kernel_Attr<"Contraction", "contraction"> {
  let summary = "Iteration space, addressing, leaf and sparsity of a contraction";
  let description = [{
    * `dims`: strides stand for A, B, C and then the epilogue's operands.
    * `a`, `b`: element types, `f32`, `si8` or `ui8`; `acc`: the accumulator,
      `f32` or `i32`. C's type is what the epilogue yields.
    * `leaf`: name of the multiply-add in the leaf registry of Codegen.
    * `lanes`: accumulators in one vector (16 for 512 bits).
    * `storage` of B: `strided`, or `packed` for constants. Packed, B's strides
      describe the *logical* weight that the packing functions read, and the
      kernel addresses
      `[parallel dims on which B depends][vector tiles][reductions in order, the last one in groups][lanes of the tile][group]`,
      where group is the leaf's (4 for vpdpbusd) and a tile is as wide as the
      kernel's. Lanes and group members beyond the sizes are zero.
    * `sparsity`: `dense`; `block`: B is packed and keeps only the blocks of
      lanes*tile outputs times one group of inputs that are not zero everywhere;
      `unstructured`: A is the constant, single elements of it are kept and
      the vector runs along B (pixels). The sparse forms read a table of i32,
      the `index` operand: first the start of every row's run and the end of
      the last one, then for each stored entry the element offset in the other
      operand. A row is one tile of the vector dimension (block) or one value
      of the parallel dims on which A depends (unstructured). The tile of the
      last reduction is then the number of entries in flight.
    * `exact_tail`: lanes beyond the vector dimension's size are neither read
      nor written. Without it C, and every operand with stride 1 there, is
      padded to whole vectors.
  }];
  let parameters = (ins
      ArrayRefParameter<"DimAttr">:$dims,
      "::mlir::Type":$a, "::mlir::Type":$b, "::mlir::Type":$acc,
      StringRefParameter<"name in the leaf registry">:$leaf,
      "int64_t":$lanes,
      Kernel_DefaultEnum<Kernel_Storage, "Storage::Strided">:$storage,
      Kernel_DefaultEnum<Kernel_Sparsity, "Sparsity::Dense">:$sparsity,
      DefaultValuedParameter<"bool", "false">:$exactTail);
  let assemblyFormat = [{
    `<` `dims` `=` `[` $dims `]` `,` `a` `=` $a `,` `b` `=` $b `,` `acc` `=` $acc
    `,` `leaf` `=` $leaf `,` `lanes` `=` $lanes
    (`storage` `=` $storage^)? (`sparsity` `=` $sparsity^)?
    (`exact_tail` `=` $exactTail^)? `>`
  }];
  let extraClassDeclaration = [{
    /// Places of A, B and C in a dimension's strides; the epilogue's operands follow.
    enum Operand : unsigned { A = 0, B = 1, C = 2, FirstExtra = 3 };
    /// The one vector dimension.
    DimAttr getVectorDim() const;
    /// Number of vectors that cover the vector dimension.
    int64_t getVectorCount() const;
    /// Product of the reduction sizes.
    int64_t getReductionSize() const;
    /// Multiply-adds of one execution, zeros counted.
    int64_t getMultiplyAdds() const;
    /// The same contraction with other dimensions.
    ContractionAttr withDims(::llvm::ArrayRef<DimAttr> dims) const;
  }];
}

#endif // PENJING_DIALECT_KERNEL_KERNELATTRIBUTES_TD
