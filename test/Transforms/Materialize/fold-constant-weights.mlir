// pj-fold-constant-weights: its documented example, then a module per behaviour.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-fold-constant-weights | FileCheck %t/example.mlir
// RUN: penjing-opt %t/grid.mlir --pj-fold-constant-weights --mlir-print-debuginfo | FileCheck %t/grid.mlir
// RUN: penjing-opt %t/shared.mlir --pj-fold-constant-weights | FileCheck %t/shared.mlir
// RUN: penjing-opt %t/waiting.mlir --pj-fold-constant-weights | FileCheck %t/waiting.mlir
// RUN: not penjing-opt %t/scheduled.mlir --pj-fold-constant-weights 2>&1 | FileCheck %t/scheduled.mlir
// RUN: penjing compile %t/sparse.mlir --target=x86-64-v4 --stop-at=scheduled -o - | FileCheck %t/sparse.mlir

//--- example.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
  pj.param @m : tensor<2x2xi1> {role = #pj.role<mask>, value = dense<[[true, false], [false, true]]> : tensor<2x2xi1>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %m = pj.use @m : tensor<2x2xi1>
    %v = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %y = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

// CHECK: pj.form = #pj.form<decided>
// CHECK-NOT: #pj.role<mask>
// CHECK: pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense_resource<[[BLOB:.*]]> : tensor<2x2xf32>}
// CHECK-NOT: #pj.role<mask>
// CHECK: %[[W:.*]] = pj.use @w : tensor<2x2xf32>
// CHECK-NEXT: pj.matmul %arg0, %[[W]]
// CHECK: [[BLOB]]: "0x400000000000803F000000000000000000008040"

//--- grid.mlir
// A mask, then a grid per channel that rounds down; the use stands where the grid did.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.9, 2.0], [-0.1, 400.0]]> : tensor<2x2xf32>}
  pj.param @m : tensor<2x2xi1> {role = #pj.role<mask>, value = dense<[[true, false], [true, true]]> : tensor<2x2xi1>}
  pj.param @s : tensor<2xf32> {role = #pj.role<quant_scale>, value = dense<[1.0, 0.5]> : tensor<2xf32>}
  pj.param @z : tensor<2xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<2xi32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %m = pj.use @m : tensor<2x2xi1>
    %s = pj.use @s : tensor<2xf32>
    %z = pj.use @z : tensor<2xi32>
    %v = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %q = pj.fake_quantize %v, %s, %z {axis = 0 : i32, is_signed, narrow, rounding = #pj.rounding<floor>}
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32> loc("grid")
    %y = pj.matmul %x, %q : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

// CHECK-NOT: quant_scale
// CHECK: pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense_resource<[[BLOB:.*]]> : tensor<2x2xf32>}
// CHECK-NOT: quant_scale
// CHECK: pj.use @w : tensor<2x2xf32> loc([[LOC:#.*]])
// CHECK: [[LOC]] = loc("grid")
// 1, 0 and -0.5, 63.5
// CHECK: [[BLOB]]: "0x400000000000803F00000000000000BF00007E42"

//--- shared.mlir
// Two layers read the weight under one mask; a third reads it whole, so the name is taken.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x2xf32>}
  pj.param @m : tensor<2x2xi1> {role = #pj.role<mask>, value = dense<[[true, false], [false, true]]> : tensor<2x2xi1>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %m = pj.use @m : tensor<2x2xi1>
    %v = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %0 = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    %u = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %1 = pj.matmul %0, %u : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    %2 = pj.matmul %1, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %2 : tensor<1x2xf32>
  }
}

// CHECK-DAG: pj.param @w :
// CHECK-DAG: pj.param @w_folded :
// CHECK-NOT: pj.param
// CHECK: %[[A:.*]] = pj.use @w :
// CHECK: %[[B:.*]] = pj.use @w_folded
// CHECK: pj.matmul %arg0, %[[B]]
// CHECK: %[[C:.*]] = pj.use @w_folded
// CHECK: pj.matmul %{{.*}}, %[[C]]
// CHECK: pj.matmul %{{.*}}, %[[A]]

//--- waiting.mlir
// A scale nobody has filled, and an activation's grid, stay.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x2xf32>}
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>}
  pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>, value = dense<1.0> : tensor<f32>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %s = pj.use @s : tensor<f32>
    %xs = pj.use @xs : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %v = pj.fake_quantize %x, %xs, %z : (tensor<1x2xf32>, tensor<f32>, tensor<i32>) -> tensor<1x2xf32>
    %q = pj.fake_quantize %w, %s, %z : (tensor<2x2xf32>, tensor<f32>, tensor<i32>) -> tensor<2x2xf32>
    %y = pj.matmul %v, %q : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

// CHECK: pj.fake_quantize %arg0
// CHECK: pj.fake_quantize
// CHECK: pj.matmul

//--- scheduled.mlir
// CHECK: requires a module of form 'float' or 'decided' or 'packed', but got 'scheduled'
module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

//--- sparse.mlir
// The choice of a kernel sees the zeros of a mask.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<64x16xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<64x16xf32>}
  pj.param @m : tensor<64x16xi1> {role = #pj.role<mask>, value = dense<false> : tensor<64x16xi1>}
  func.func @main(%x: tensor<1x64xf32>) -> tensor<1x16xf32> {
    %w = pj.use @w : tensor<64x16xf32>
    %m = pj.use @m : tensor<64x16xi1>
    %v = pj.masked %w, %m : (tensor<64x16xf32>, tensor<64x16xi1>) -> tensor<64x16xf32>
    %y = pj.matmul %x, %v : (tensor<1x64xf32>, tensor<64x16xf32>) -> tensor<1x16xf32>
    return %y : tensor<1x16xf32>
  }
}

// CHECK-NOT: pj.masked
// CHECK: pj.matmul {{.*}}block
