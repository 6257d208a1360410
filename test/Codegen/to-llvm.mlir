// The pipeline's passes in order, and a whole module down to the LLVM
// dialect.
// RUN: penjing-opt %s --pjk-to-llvm=target=x86-64-v4 --dump-pass-pipeline 2>&1 >/dev/null | FileCheck %s --check-prefix=PASSES
// RUN: penjing-opt %s --pjk-to-llvm=target=x86-64-v4 | FileCheck %s

// PASSES: builtin.module(
// PASSES-NEXT: cse
// PASSES-NEXT: pjk-outline-kernels
// PASSES-NEXT: pjk-lower-kernels{target=x86-64-v4}
// PASSES-NEXT: pjk-expand-math{target=x86-64-v4}
// PASSES-NEXT: canonicalize
// PASSES-NEXT: cse
// PASSES-NEXT: convert-scf-to-cf
// PASSES-NEXT: convert-vector-to-llvm
// PASSES-NEXT: convert-math-to-llvm
// PASSES-NEXT: convert-arith-to-llvm
// PASSES-NEXT: convert-cf-to-llvm
// PASSES-NEXT: convert-func-to-llvm
// PASSES-NEXT: reconcile-unrealized-casts
// PASSES-NEXT: )

// CHECK-LABEL: llvm.func @main
// CHECK: llvm.call @sigmoid_20
// CHECK-LABEL: llvm.func internal @sigmoid_20(%{{.*}}: !llvm.ptr {llvm.noalias, llvm.noundef, llvm.readonly}, %{{.*}}: !llvm.ptr {llvm.noalias, llvm.noundef}) attributes {{.*}}passthrough = ["noinline", "nounwind"]
// CHECK-NOT: builtin.unrealized_conversion_cast
// CHECK: llvm.intr.masked.store
func.func @main(%x: !llvm.ptr, %y: !llvm.ptr) {
  pjk.map "sigmoid" ins(%x) -> %y dims [<"i" parallel 20 [1, 1]>] {
  ^bb0(%0: f32):
    %one = arith.constant 1.0 : f32
    %1 = arith.negf %0 : f32
    %2 = math.exp %1 : f32
    %3 = arith.addf %2, %one : f32
    %4 = arith.divf %one, %3 : f32
    pjk.yield %4 : f32
  }
  return
}
