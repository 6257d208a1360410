// The questions of a search space: alternatives, repetitions, sizes, blocks, and
// decisions about a trained network. pj-resolve-choices answers them.
#ifndef PENJING_SPACE_OPS_TD
#define PENJING_SPACE_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def Penjing_ChoiceOp : Penjing_Op<"choice", [Pure, OnlySpace, SingleBlock, NoRegionArguments]> {
  let summary = "one of several named alternatives";
  let description = [{
    The value that the chosen alternative yields. Regions read values from
    outside and may hold choices themselves. The name is the decision's: choices
    of one name, or the same choice met again in another instance of a block, are
    decided together.

    Sizes listed in `varies` are names that this op introduces: where the
    alternatives differ in a size, the result's type has such a name for it.

    - (choice_c1) at least one alternative, each with a region
    - (choice_c2) the alternatives' names are distinct; names consist of letters, digits and `_ . / : -`
    - (choice_c3) each alternative yields the result's type, up to the names in `varies`
    - (choice_c4) each name in `varies` is a size of the result on its own

    ```mlir
    %y = pj.choice @edge0 : tensor<1x16x8x8xf32>
      case skip {
        pj.yield %x : tensor<1x16x8x8xf32>
      }
      case relu {
        %0 = pj.relu %x : (tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32>
        pj.yield %0 : tensor<1x16x8x8xf32>
      }
    ```
  }];
  let arguments = (ins StrAttr:$decision, StrArrayAttr:$alternatives, OptionalAttr<StrArrayAttr>:$varies);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region VariadicRegion<SizedRegion<1>>:$bodies);
  let assemblyFormat = [{
    custom<DecisionName>($decision) (`varies` $varies^)? attr-dict `:` type($result)
    custom<Alternatives>($alternatives, $bodies)
  }];
  let hasVerifier = 1;
}

def Penjing_StackOp : Penjing_Op<"stack", [Pure, OnlySpace, SingleBlock, AllTypesMatch<["input", "result"]>]> {
  let summary = "a block repeated a searched number of times";
  let description = [{
    The block applied to the input, again to what it gave, and so on. Every
    repetition has parameters of its own; decisions inside are shared by all.

    - (stack_c1) the counts are distinct, from 0 to 1,000, at least one, and the
      decision's name is one
    - (stack_c2) the block takes and yields a value of the input's type

    ```mlir
    %y = pj.stack @depth [1, 2, 4] %x : tensor<1x16x8x8xf32> {
    ^bb0(%a: tensor<1x16x8x8xf32>):
      %0 = pj.relu %a : (tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32>
      pj.yield %0 : tensor<1x16x8x8xf32>
    }
    ```
  }];
  let arguments = (ins StrAttr:$decision, DenseI64ArrayAttr:$counts, AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "custom<DecisionName>($decision) $counts $input attr-dict `:` type($input) $body";
  let hasVerifier = 1;
}

def Penjing_SizeOp : Penjing_Op<"size", [Symbol, OnlySpace]> {
  let summary = "a searched size: a number of channels, the height of a filter";
  let description = [{
    Stands in the module. Types use it under its name, as a dimension
    (`tensor<?x?x8x8xf32, #pj.dims<[N, count] -> [N, count]>>`), layers as kernel
    size (`kernel = [@height, @width]`). In a block applied as `layer1`, the
    decision is called `layer1.count`, and so is the size outside of the block.

    - (size_c1) the options are distinct, from 1 to 2^20, at least one, and the
      symbol is a decision's name

    ```mlir
    module {
      pj.size @count [24, 36, 48, 64]
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, DenseI64ArrayAttr:$options,
                       OptionalAttr<StrAttr>:$sym_visibility);
  let assemblyFormat = "$sym_name $options attr-dict";
  let hasVerifier = 1;
}

def Penjing_ApplyOp : Penjing_Op<"apply", [Pure, OnlySpace,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "an instance of a block, with parameters of its own";
  let description = [{
    The block is a function; its named dimensions (`pj.dims`) stand for whatever
    sizes the operands have. Instances share the block's decisions, unless they
    are told apart by `as`: then a decision `count` of the block is called
    `layer1.count` in the instance `as @layer1`, and one called `self` just `layer1`.

    - (apply_c1) the symbol is a function of the module with a body of one block
    - (apply_c2) the operands fit the arguments, each name standing for one size
    - (apply_c3) the results have the function's types with these sizes; other
      names get the instance's name in front
    - (apply_c4) the instance's name is a decision's name

    ```mlir
    module {
      func.func private @cell(%x: tensor<1x?x8x8xf32, #pj.dims<[C] -> [C]>>) -> tensor<1x?x8x8xf32, #pj.dims<[C] -> [C]>>
          attributes {pj.dims = ["C"]} {
        %0 = pj.batch_norm_layer %x : tensor<1x?x8x8xf32, #pj.dims<[C] -> [C]>>
        return %0 : tensor<1x?x8x8xf32, #pj.dims<[C] -> [C]>>
      }
      func.func @main(%x: tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32> {
        %y = pj.apply @cell(%x) as @layer1 : (tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32>
        return %y : tensor<1x16x8x8xf32>
      }
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$block, Variadic<AnyRankedTensor>:$inputs, OptionalAttr<StrAttr>:$instance);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $block `(` $inputs `)` (`as` custom<DecisionName>($instance)^)? attr-dict
    `:` functional-type($inputs, $results)
  }];
}

def Penjing_ZerosLikeOp : Penjing_Op<"zeros_like", [Pure, OnlySpace, SameOperandsAndResultType]> {
  let summary = "zeros of another tensor's type: the alternative that drops a connection";
  let description = [{
    Added to something, it disappears when the choices are resolved.

    - (zeros_like_c1) operand and result have one type

    ```mlir
    %y = pj.zeros_like %x : tensor<1x16x8x8xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input);
  let results = (outs Penjing_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def Penjing_DecisionOp : Penjing_Op<"decision", [Symbol, OnlySpace]> {
  let summary = "an open question about layers of a trained network";
  let description = [{
    Stands in the module and leaves the network as it is; `pj-resolve-choices`
    answers it by a pass on the named layers:

    - `width`: the share of the layers' channels that stays (`pj-shrink-channels`);
    - `sparsity`: the share of their weights that becomes zero, in blocks of
      `block` (`pj-prune-magnitude`);
    - `bits`: `float`, or the bits of their weights (`pj-quantize`).

    - (decision_c1) the options are distinct, at least one, and the symbol is a decision's name
    - (decision_c2) an option is a share in (0, 1] for `width`, in [0, 1) for
      `sparsity`, and for `bits` float or a number from 2 to 8
    - (decision_c3) at least one layer is named

    ```mlir
    module {
      pj.decision @conv1.width {decides = #pj.decides<width>, layers = ["conv1"], options = ["0.5", "0.75", "1.0"]}
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Penjing_DecisionKindAttr:$decides, StrArrayAttr:$layers,
                       StrArrayAttr:$options, DefaultValuedAttr<StrAttr, "\"1x1\"">:$block,
                       OptionalAttr<StrAttr>:$sym_visibility);
  let assemblyFormat = "$sym_name attr-dict";
  let hasVerifier = 1;
}

#endif
