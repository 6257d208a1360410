// pj-pack: its documented example, then a module per behaviour.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-pack | FileCheck %t/example.mlir
// RUN: penjing-opt %t/chain.mlir --pj-pack | FileCheck %t/chain.mlir
// RUN: penjing-opt %t/masked.mlir --pj-pack | FileCheck %t/masked.mlir
// RUN: penjing-opt %t/sparse.mlir --pj-pack | FileCheck %t/sparse.mlir
// RUN: penjing-opt %t/floor.mlir --pj-pack | FileCheck %t/floor.mlir

//--- example.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x2xf32> {role = #pj.role<weight>, value = dense<[[1.27, -0.254]]> : tensor<1x2xf32>}
  pj.param @b : tensor<1xf32> {role = #pj.role<bias>, value = dense<0.1> : tensor<1xf32>}
  pj.param @ws : tensor<1xf32> {role = #pj.role<quant_scale>, value = dense<0.01> : tensor<1xf32>}
  pj.param @wz : tensor<1xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<1xi32>}
  pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.5> : tensor<f32>}
  pj.param @xz : tensor<i32> {role = #pj.role<zero_point>, value = dense<128> : tensor<i32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<1x2xf32>
    %b = pj.use @b : tensor<1xf32>
    %ws = pj.use @ws : tensor<1xf32>
    %wz = pj.use @wz : tensor<1xi32>
    %xs = pj.use @xs : tensor<f32>
    %xz = pj.use @xz : tensor<i32>
    %v = pj.fake_quantize %w, %ws, %wz {axis = 0 : i32, is_signed, narrow}
        : (tensor<1x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
    %q = pj.fake_quantize %x, %xs, %xz : (tensor<1x2xf32>, tensor<f32>, tensor<i32>) -> tensor<1x2xf32>
    %y = pj.matmul %q, %v, %b {transpose_b}
        : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
    return %y : tensor<1x1xf32>
  }
}

// CHECK: pj.form = #pj.form<packed>
// CHECK: pj.param @w : tensor<1x2x!quant.uniform<i8<-127:127>:f32:0, {{{.*}}}>> {role = #pj.role<weight>
// CHECK: pj.param @b : tensor<1xi32> {role = #pj.role<bias>
// CHECK-NOT: @ws
// CHECK: %[[Q:.*]] = pj.quantize %arg0 : (tensor<1x2xf32>) -> tensor<1x2x!quant.uniform<u8:f32, 5.000000e-01:128>>
// CHECK: pj.matmul %[[Q]], %{{.*}}, %{{.*}} {transpose_b} : {{.*}} -> tensor<1x1xf32>
// 127 and -25; 0.1 / (0.5 · 0.01) = 20.
// CHECK: w_packed: "0x400000007FE7"
// CHECK: b_packed: "0x4000000014000000"

//--- chain.mlir
// A signed activation becomes unsigned; relu and pool between a layer and its grid are integer; a softmax is a float
// island behind a dequantize.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x1x1x1xf32> {role = #pj.role<weight>, value = dense<1.27> : tensor<1x1x1x1xf32>}
  pj.param @ws : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.01> : tensor<f32>}
  pj.param @wz : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.5> : tensor<f32>}
  pj.param @xz : tensor<i32> {role = #pj.role<zero_point>, value = dense<-28> : tensor<i32>}
  pj.param @ys : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.25> : tensor<f32>}
  pj.param @yz : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  func.func @main(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32> {
    %w = pj.use @w : tensor<1x1x1x1xf32>
    %ws = pj.use @ws : tensor<f32>
    %wz = pj.use @wz : tensor<i32>
    %xs = pj.use @xs : tensor<f32>
    %xz = pj.use @xz : tensor<i32>
    %ys = pj.use @ys : tensor<f32>
    %yz = pj.use @yz : tensor<i32>
    // CHECK: %[[X:.*]] = pj.quantize %arg0 : {{.*}} -> tensor<1x1x2x2x!quant.uniform<u8:f32, 5.000000e-01:100>>
    %q = pj.fake_quantize %x, %xs, %xz {is_signed} : (tensor<1x1x2x2xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1x2x2xf32>
    %v = pj.fake_quantize %w, %ws, %wz {is_signed, narrow} : (tensor<1x1x1x1xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1x1x1xf32>
    // CHECK: %[[C:.*]] = pj.conv %[[X]], %{{.*}} -> tensor<1x1x2x2x!quant.uniform<u8:f32, 2.500000e-01>>
    %0 = pj.conv %q, %v : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
    // CHECK: %[[R:.*]] = pj.relu %[[C]] : {{.*}} -> tensor<1x1x2x2x!quant.uniform<u8:f32, 2.500000e-01>>
    %1 = pj.relu %0 : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>
    // CHECK: %[[P:.*]] = pj.max_pool %[[R]] {{.*}} -> tensor<1x1x1x1x!quant.uniform<u8:f32, 2.500000e-01>>
    %2 = pj.max_pool %1 {kernel = array<i64: 2, 2>} : (tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32>
    %3 = pj.fake_quantize %2, %ys, %yz : (tensor<1x1x1x1xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1x1x1xf32>
    // CHECK: %[[D:.*]] = pj.dequantize %[[P]]
    // CHECK: pj.softmax %[[D]]
    %4 = pj.softmax %3 {axis = 1 : i32} : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    return %4 : tensor<1x1x1x1xf32>
  }
}

//--- masked.mlir
// Zeros are written into the weight, subnormal numbers are flushed.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  // CHECK: pj.param @w : tensor<1x3xf32>
  // CHECK-NOT: pj.param @m
  pj.param @w : tensor<1x3xf32> {role = #pj.role<weight>, value = dense<[[1.0, 9.0, 1.0e-40]]> : tensor<1x3xf32>}
  pj.param @m : tensor<1x3xi1> {role = #pj.role<mask>, value = dense<[[true, false, true]]> : tensor<1x3xi1>}
  func.func @main(%x: tensor<1x3xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<1x3xf32>
    %m = pj.use @m : tensor<1x3xi1>
    // CHECK-NOT: pj.masked
    // CHECK: pj.matmul {{.*}}pj.sparsity = "block16x1", pj.sparsity_blocks = {{.*}}, pj.sparsity_weights = {{.*}}
    %p = pj.masked %w, %m : (tensor<1x3xf32>, tensor<1x3xi1>) -> tensor<1x3xf32>
    %y = pj.matmul %x, %p {transpose_b} : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x1xf32>
    return %y : tensor<1x1xf32>
  }
}
// CHECK: w_packed: "0x400000000000803F0000000000000000"

//--- sparse.mlir
// Half of the blocks of 16 output channels x 1 input channel are zero.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x16xf32> {role = #pj.role<weight>, value = dense<[
      [0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.],
      [1., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.]]> : tensor<2x16xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x16xf32> {
    %w = pj.use @w : tensor<2x16xf32>
    // CHECK: pj.matmul {{.*}}pj.sparsity = "block16x1", pj.sparsity_blocks = 5.000000e-01 : f64, pj.sparsity_weights = 9.687500e-01
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x16xf32>) -> tensor<1x16xf32>
    return %y : tensor<1x16xf32>
  }
}

//--- floor.mlir
// Integer ops round half to even: a result that rounds down is computed in float and quantized behind.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<1x1xf32> {role = #pj.role<weight>, value = dense<1.27> : tensor<1x1xf32>}
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.01> : tensor<f32>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  func.func @main(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %w = pj.use @w : tensor<1x1xf32>
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %v = pj.fake_quantize %w, %s, %z {is_signed, narrow, rounding = #pj.rounding<floor>} : (tensor<1x1xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1xf32>
    // CHECK: pj.quantize %arg0 {rounding = #pj.rounding<floor>}
    %q = pj.fake_quantize %x, %s, %z {rounding = #pj.rounding<floor>} : (tensor<1x1xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1xf32>
    // CHECK: %[[Y:.*]] = pj.matmul {{.*}} -> tensor<1x1xf32>
    %y = pj.matmul %q, %v : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    // CHECK: %[[Q:.*]] = pj.quantize %[[Y]] {rounding = #pj.rounding<floor>}
    // CHECK: pj.dequantize %[[Q]]
    %r = pj.fake_quantize %y, %s, %z {rounding = #pj.rounding<floor>} : (tensor<1x1xf32>, tensor<f32>, tensor<i32>) -> tensor<1x1xf32>
    return %r : tensor<1x1xf32>
  }
}
