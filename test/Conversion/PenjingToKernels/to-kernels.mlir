// RUN: penjing-opt %s --pj-assign-layouts --pj-plan-memory --pj-to-kernels | FileCheck %s
// RUN: penjing-opt %s --pj-assign-layouts --pj-plan-memory --pj-to-kernels=tables | FileCheck %s --check-prefix=TABLES

// CHECK-LABEL: func.func private @main_body(
// CHECK-SAME: %[[X:[^:]*]]: !llvm.ptr, %[[Y:[^:]*]]: !llvm.ptr, %{{[^:]*}}: !llvm.ptr)
// CHECK: pjk.map "relu" ins(%[[X]]) -> %[[Y]] dims [<"i" parallel 4 [1, 1]>]
// TABLES-LABEL: func.func private @main_body(
// TABLES-SAME: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: i64)
// TABLES: llvm.load
module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
    %0 = pj.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %0 : tensor<1x4xf32>
  }
}
