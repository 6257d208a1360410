// Ops of the kernel dialect. Labels such as contract_c3 stand here, in the
// verifier and as names of the negative tests.
#ifndef PENJING_DIALECT_KERNEL_KERNELOPS_TD
#define PENJING_DIALECT_KERNEL_KERNELOPS_TD

include "penjing/Dialect/Kernel/KernelAttributes.td"
include "mlir/Dialect/Arith/IR/ArithBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def Kernel_ContractOp : Kernel_Op<"contract",
    [AttrSizedOperandSegments, IsolatedFromAbove]> {
  let summary = "Sum of products over a strided iteration space, with an epilogue";
  let description = [{
    C[p…, v] = epilogue( sum over r… of A[p…, r…] * B[p…, r…, v] )

    The products are added in the order of the reduction dimensions, the last
    one fastest; a leaf with groups adds a group at once. One accumulator per
    element starts at zero. Sparse contractions with t entries in flight keep t
    accumulators, of which number i takes the entries i, i + t, …; they are
    added in order, and the entries behind the last whole t follow.

    Where the epilogue is the accumulator itself, C may hold partial sums in
    between.

    The epilogue takes the accumulator and then one scalar per operand of
    `with` (bias, multiplier, residual…), each with its own strides, and yields
    the element of C. In place is legal: where an epilogue operand is C itself,
    pass the same SSA value.

    `hint` is the first word of the kernel's name; `alignments` are known
    alignments in bytes, one per pointer in the order A, B, C, index, with.

    Constraints:
    * contract_c1: exactly one dimension is of kind vector.
    * contract_c2: every dimension has one stride per A, B, C and epilogue operand.
    * contract_c3: sizes and tiles are at least 1, a tile is at most its dimension (in vectors for the vector dimension).
    * contract_c4: along the vector dimension C has stride 1, A 0 or 1, B 1 unless packed, epilogue operands 0 or 1.
    * contract_c5: along reductions C and the epilogue operands have stride 0.
    * contract_c6: lanes is a power of two.
    * contract_c7: a and b are f32 and acc f32, or a and b 8-bit integers and acc i32.
    * contract_c8: block sparsity has packed B, no parallel stride in B and vector stride 0 in A.
    * contract_c9: unstructured sparsity has strided B, vector stride 0 in A and parallel tiles of 1.
    * contract_c10: the index operand is there exactly when the contraction is sparse.
    * contract_c11: the epilogue's arguments are the accumulator and one scalar per epilogue operand; it yields one scalar.
    * contract_c12: regions hold only ops of arith and math, without integer division.
    * contract_c13: C depends on every parallel dimension of size above 1.
    * contract_c14: alignments are powers of two, one per pointer.

    ```mlir
    pjk.contract "conv" %x, %w -> %y with(%bias) #pjk.contraction<
        dims = [<"oh" parallel 16 [288, 0, 512, 0]>,
                <"ow" parallel 16 tile 8 [16, 0, 32, 0]>,
                <"o" vector 32 tile 2 [0, 144, 1, 1]>,
                <"kh" reduction 3 [288, 3, 0, 0]>,
                <"kw" reduction 3 [16, 1, 0, 0]>,
                <"c" reduction 16 [1, 9, 0, 0]>],
        a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16
        storage = packed> {
    ^bb0(%acc: f32, %bias_o: f32):
      %0 = arith.addf %acc, %bias_o : f32
      pjk.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins
      Arg<Kernel_Pointer, "", [MemRead]>:$a,
      Arg<Kernel_Pointer, "", [MemRead]>:$b,
      Arg<Kernel_Pointer, "", [MemWrite]>:$c,
      Arg<Optional<Kernel_Pointer>, "", [MemRead]>:$index,
      Arg<Variadic<Kernel_Pointer>, "", [MemRead]>:$extras,
      Kernel_ContractionAttr:$contraction,
      OptionalAttr<StrAttr>:$hint,
      OptionalAttr<DenseI64ArrayAttr>:$alignments);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    ($hint^)? $a `,` $b `->` $c (`index` `(` $index^ `)`)?
    (`with` `(` $extras^ `)`)? $contraction attr-dict-with-keyword $epilogue
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Kernel_MapOp : Kernel_Op<"map", [IsolatedFromAbove]> {
  let summary = "Elementwise over a strided iteration space";
  let description = [{
    out[d…] = body(in0[d…], in1[d…], …) for every point of the iteration space.
    Strides stand for the inputs in order and then the output. Without inputs
    it fills. In place is legal where an input and the output are the same SSA
    value with the same strides.

    Constraints:
    * map_c1: every dimension is parallel, has tile 1, a size of at least 1 and one stride per input and output.
    * map_c2: the output depends on every dimension of size above 1.
    * map_c3: the body's arguments are one scalar per input; it yields one scalar.
    * map_c4: the body holds only ops of arith and math, without integer division.
    * map_c5: alignments are powers of two, one per pointer.

    ```mlir
    pjk.map "relu" ins(%x) -> %y dims [<"i" parallel 4096 [1, 1]>] {
    ^bb0(%0: f32):
      %zero = arith.constant 0.0 : f32
      %positive = arith.cmpf ogt, %0, %zero : f32
      %1 = arith.select %positive, %0, %zero : f32
      pjk.yield %1 : f32
    }
    ```
  }];
  let arguments = (ins
      Arg<Variadic<Kernel_Pointer>, "", [MemRead]>:$inputs,
      Arg<Kernel_Pointer, "", [MemWrite]>:$output,
      TypedArrayAttrBase<Kernel_DimAttr, "dimensions">:$dims,
      OptionalAttr<StrAttr>:$hint,
      OptionalAttr<DenseI64ArrayAttr>:$alignments);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    ($hint^)? (`ins` `(` $inputs^ `)`)? `->` $output `dims` custom<Dims>($dims)
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Kernel_ReduceOp : Kernel_Op<"reduce", [IsolatedFromAbove]> {
  let summary = "Reduction over a strided iteration space";
  let description = [{
    out[p…] = final( combine over r… of element(in0[p…, r…], in1[p…, r…], …) )

    `element` makes the value to combine, `combiner` (an `arith` reduction
    kind: addf, addi, maximumf, minimumf, maxs, maxu, mins, minu, mulf, muli)
    combines it, starting at the kind's identity; `final` takes the result.
    Strides stand for the inputs in order and then the output.

    Order of combination, a function of the vector width alone: where the
    output and every input have stride 1 or 0 along some parallel dimension
    (the last such with output stride 1), vectors lie along it and each
    element is combined in the order of the reduction dimensions. Otherwise,
    where the last reduction dimension has stride 1 or 0 in every input and at
    least one vector of elements, lane l combines the elements l, l + lanes,
    …, of the whole vectors, the lanes are folded in halves (l with l +
    lanes/2), and the remaining elements follow one by one.

    Constraints:
    * reduce_c1: every dimension is parallel or a reduction, has tile 1, a size of at least 1 and one stride per input and output.
    * reduce_c2: the output depends on every parallel dimension of size above 1 and on no reduction.
    * reduce_c3: the element region's arguments are one scalar per input; it yields one scalar, which final takes and from which it yields one.
    * reduce_c4: regions hold only ops of arith and math, without integer division.
    * reduce_c5: the combiner fits the element's type.
    * reduce_c6: alignments are powers of two, one per pointer.
    * reduce_c7: there is at least one input.

    ```mlir
    pjk.reduce "max_pool" ins(%x) -> %y maximumf dims [
        <"oh" parallel 8 [1024, 256]>, <"ow" parallel 8 [64, 32]>,
        <"c" parallel 32 [1, 1]>,
        <"kh" reduction 2 [512, 0]>, <"kw" reduction 2 [32, 0]>] element {
    ^bb0(%0: f32):
      pjk.yield %0 : f32
    } final {
    ^bb0(%0: f32):
      pjk.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins
      Arg<Variadic<Kernel_Pointer>, "", [MemRead]>:$inputs,
      Arg<Kernel_Pointer, "", [MemWrite]>:$output,
      AtomicRMWKindAttr:$combiner,
      TypedArrayAttrBase<Kernel_DimAttr, "dimensions">:$dims,
      OptionalAttr<StrAttr>:$hint,
      OptionalAttr<DenseI64ArrayAttr>:$alignments);
  let regions = (region SizedRegion<1>:$element, SizedRegion<1>:$final);
  let assemblyFormat = [{
    ($hint^)? `ins` `(` $inputs `)` `->` $output $combiner `dims` custom<Dims>($dims)
    attr-dict-with-keyword `element` $element `final` $final
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, ReturnLike, Terminator,
    ParentOneOf<["ContractOp", "MapOp", "ReduceOp"]>]> {
  let summary = "The value of a kernel's region";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // PENJING_DIALECT_KERNEL_KERNELOPS_TD
