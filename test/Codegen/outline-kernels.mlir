// One function per distinct kernel, named by what it does; equal ops share it.
// RUN: penjing-opt %s --pjk-outline-kernels | FileCheck %s

// CHECK-LABEL: func.func @example
// CHECK-NEXT: call @relu_64(%{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr) -> ()
// CHECK-NEXT: return
func.func @example(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.map "relu" ins(%x) -> %y dims [<"i" parallel 64 [1, 1]>] {
  ^bb0(%0: f32):
    %zero = arith.constant 0.0 : f32
    %1 = arith.cmpf ogt, %0, %zero : f32
    %2 = arith.select %1, %0, %zero : f32
    pjk.yield %2 : f32
  }
  return
}

// Two layers of one shape share a function; another epilogue makes another.
// CHECK-LABEL: func.func @equal_layers_share
// CHECK-NEXT: call @conv_4x32_k9_fma_4x2(%arg0, %arg1, %arg2)
// CHECK-NEXT: call @conv_4x32_k9_fma_4x2(%arg2, %arg1, %arg0)
// CHECK-NEXT: call @conv_4x32_k9_fma_4x2_0(%arg0, %arg1, %arg2)
func.func @equal_layers_share(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr) {
  pjk.contract "conv" %x, %w -> %y <dims = [<"ow" parallel 4 tile 4 [8, 0, 32]>, <"o" vector 32 tile 2 [0, 9, 1]>, <"k" reduction 9 [1, 1, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  pjk.contract "conv" %y, %w -> %x <dims = [<"ow" parallel 4 tile 4 [8, 0, 32]>, <"o" vector 32 tile 2 [0, 9, 1]>, <"k" reduction 9 [1, 1, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed> {
  ^bb0(%acc: f32):
    pjk.yield %acc : f32
  }
  pjk.contract "conv" %x, %w -> %y <dims = [<"ow" parallel 4 tile 4 [8, 0, 32]>, <"o" vector 32 tile 2 [0, 9, 1]>, <"k" reduction 9 [1, 1, 0]>],
      a = f32, b = f32, acc = f32, leaf = "fma", lanes = 16 storage = packed> {
  ^bb0(%acc: f32):
    %0 = arith.negf %acc : f32
    pjk.yield %0 : f32
  }
  return
}

// An op in place passes its buffer once: two noalias pointers to it would lie.
// CHECK-LABEL: func.func @in_place
// CHECK-NEXT: call @add_8(%arg0, %arg1) : (!llvm.ptr, !llvm.ptr) -> ()
func.func @in_place(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.map "add" ins(%x, %y) -> %x dims [<"i" parallel 8 [1, 1, 1]>] {
  ^bb0(%0: f32, %1: f32):
    %2 = arith.addf %0, %1 : f32
    pjk.yield %2 : f32
  }
  return
}

// Known alignments become attributes of the pointers.
// CHECK-LABEL: func.func @aligned
// CHECK-NEXT: call @sum_16_k4
func.func @aligned(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.reduce "sum" ins(%x) -> %y addf dims [<"c" parallel 16 [1, 1]>, <"n" reduction 4 [16, 0]>]
      attributes {alignments = array<i64: 64, 32>} element {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  } final {
  ^bb0(%0: f32):
    pjk.yield %0 : f32
  }
  return
}

// CHECK: func.func private @relu_64(%{{.*}}: !llvm.ptr {llvm.noalias, llvm.noundef, llvm.readonly}, %{{.*}}: !llvm.ptr {llvm.noalias, llvm.noundef}) attributes {llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline", "nounwind"], pjk.kernel}
// CHECK: func.func private @conv_4x32_k9_fma_4x2(
// CHECK: func.func private @conv_4x32_k9_fma_4x2_0(
// CHECK: func.func private @add_8(%[[X:.*]]: !llvm.ptr {llvm.noalias, llvm.noundef}, %[[Y:.*]]: !llvm.ptr {llvm.noalias, llvm.noundef, llvm.readonly})
// CHECK-NEXT: pjk.map "add" ins(%[[X]], %[[Y]]) -> %[[X]]
// CHECK: func.func private @sum_16_k4(%{{.*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.noalias, llvm.noundef, llvm.readonly}, %{{.*}}: !llvm.ptr {llvm.align = 32 : i64, llvm.noalias, llvm.noundef})
// CHECK-NOT: func.func
