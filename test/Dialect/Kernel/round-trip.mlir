// Every form of the kernel ops prints as it parses.
// RUN: penjing-opt %s | penjing-opt | FileCheck %s
// RUN: penjing-opt %s --emit-bytecode | penjing-opt | FileCheck %s

// CHECK-LABEL: func @block_sparse_convolution
// CHECK: pjk.contract "conv" %{{.*}}, %{{.*}} -> %{{.*}} index(%{{.*}}) with(%{{.*}}, %{{.*}}) <dims = [<"ow" parallel 16 tile 8 [16, 0, 32, 0, 32]>
// CHECK-SAME: <"o" vector 32 tile 2 [0, 144, 1, 1, 1]>
// CHECK-SAME: <"c" reduction 16 [1, 9, 0, 0, 0]>], a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed sparsity = block exact_tail = true> attributes {alignments = array<i64: 64, 64, 64, 4, 64, 64>}
func.func @block_sparse_convolution(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr,
                                    %index: !llvm.ptr, %bias: !llvm.ptr, %residual: !llvm.ptr) {
  pjk.contract "conv" %x, %w -> %y index(%index) with(%bias, %residual) <
      dims = [<"ow" parallel 16 tile 8 [16, 0, 32, 0, 32]>,
              <"o" vector 32 tile 2 [0, 144, 1, 1, 1]>,
              <"c" reduction 16 [1, 9, 0, 0, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16
      storage = packed sparsity = block exact_tail = true>
      attributes {alignments = array<i64: 64, 64, 64, 4, 64, 64>} {
  ^bb0(%acc: f32, %bias_o: f32, %residual_o: f32):
    %0 = arith.addf %acc, %bias_o : f32
    %1 = arith.addf %0, %residual_o : f32
    pjk.yield %1 : f32
  }
  return
}

// CHECK-LABEL: func @integer_product
// CHECK: pjk.contract %{{.*}} -> %{{.*}} <dims = [<"n" vector 10 [0, 4, 1]>, <"k" reduction 4 [1, 1, 0]>], a = ui8, b = si8, acc = i32, leaf = "vpdpbusd", lanes = 16 storage = packed>
func.func @integer_product(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  pjk.contract %x, %w -> %y <
      dims = [<"n" vector 10 [0, 4, 1]>, <"k" reduction 4 [1, 1, 0]>],
      a = ui8, b = si8, acc = i32, leaf = "vpdpbusd", lanes = 16
      storage = packed> {
  ^bb0(%acc: i32):
    pjk.yield %acc : i32
  }
  return
}

// CHECK-LABEL: func @fill
// CHECK: pjk.map "fill" -> %{{.*}} dims [<"h" parallel 4 [32]>, <"w" parallel 8 [1]>] {
func.func @fill(%y: !llvm.ptr) {
  pjk.map "fill" -> %y dims [<"h" parallel 4 [32]>, <"w" parallel 8 [1]>] {
    %0 = arith.constant 0.0 : f32
    pjk.yield %0 : f32
  }
  return
}

// CHECK-LABEL: func @scale_in_place
// CHECK: pjk.map ins(%[[X:.*]], %{{.*}}) -> %[[X]] dims
func.func @scale_in_place(%x: !llvm.ptr, %scale: !llvm.ptr) {
  pjk.map ins(%x, %scale) -> %x dims [<"i" parallel 64 [1, 0, 1]>] {
  ^bb0(%0: f32, %1: f32):
    %2 = arith.mulf %0, %1 : f32
    pjk.yield %2 : f32
  }
  return
}

// CHECK-LABEL: func @average_pool
// CHECK: pjk.reduce "average_pool" ins(%{{.*}}) -> %{{.*}} addi dims [<"c" parallel 32 [1, 1]>, <"kw" reduction 2 [32, 0]>] element {
// CHECK: } final {
func.func @average_pool(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.reduce "average_pool" ins(%x) -> %y addi dims [
      <"c" parallel 32 [1, 1]>, <"kw" reduction 2 [32, 0]>] element {
  ^bb0(%0: i8):
    %1 = arith.extui %0 : i8 to i32
    pjk.yield %1 : i32
  } final {
  ^bb0(%0: i32):
    %half = arith.constant 1 : i32
    %1 = arith.shrui %0, %half : i32
    %2 = arith.trunci %1 : i32 to i8
    pjk.yield %2 : i8
  }
  return
}
