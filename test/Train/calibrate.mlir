// Scales and zero points without a value are filled from observed values; those
// with a value stay.
// RUN: cd %S/Inputs && penjing-opt %s --split-input-file --pj-calibrate="data=blobs.npz samples=64" | FileCheck %s

// The documented example: nothing to fill, no data read.
// CHECK-LABEL: module
// CHECK: pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<5.000000e-01> : tensor<f32>}
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.5> : tensor<f32>}
  pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  func.func @main(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
    %s = pj.use @s : tensor<f32>
    %z = pj.use @z : tensor<i32>
    %y = pj.fake_quantize %x, %s, %z : (tensor<4x2xf32>, tensor<f32>, tensor<i32>) -> tensor<4x2xf32>
    return %y : tensor<4x2xf32>
  }
}

// -----

// Two ops in a row and one behind a relu; a weight's own scale stays.
// CHECK-LABEL: module
// CHECK: pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>, value = dense_resource<xs> : tensor<f32>}
// CHECK: pj.param @xz : tensor<i32> {role = #pj.role<zero_point>, value = dense_resource<xz> : tensor<i32>}
// CHECK: pj.param @ws : tensor<f32> {role = #pj.role<quant_scale>, value = dense<7.812500e-03> : tensor<f32>}
// CHECK: pj.param @ys : tensor<f32> {role = #pj.role<quant_scale>, value = dense_resource<ys> : tensor<f32>}
// CHECK-COUNT-3: pj.fake_quantize
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>}
  pj.param @xz : tensor<i32> {role = #pj.role<zero_point>}
  pj.param @w : tensor<4x3xf32> {role = #pj.role<weight>, trainable, value = dense<0.5> : tensor<4x3xf32>}
  pj.param @ws : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.0078125> : tensor<f32>}
  pj.param @wz : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
  pj.param @ys : tensor<f32> {role = #pj.role<quant_scale>}
  pj.param @yz : tensor<i32> {role = #pj.role<zero_point>}
  func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
      -> tensor<?x3xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    %xs = pj.use @xs : tensor<f32>
    %xz = pj.use @xz : tensor<i32>
    %xq = pj.fake_quantize %x, %xs, %xz : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<f32>, tensor<i32>)
        -> tensor<?x4xf32, #pj.dims<[N] -> [N]>>
    %w = pj.use @w : tensor<4x3xf32>
    %ws = pj.use @ws : tensor<f32>
    %wz = pj.use @wz : tensor<i32>
    %wq = pj.fake_quantize %w, %ws, %wz {is_signed, narrow} : (tensor<4x3xf32>, tensor<f32>, tensor<i32>) -> tensor<4x3xf32>
    %l = pj.matmul %xq, %wq : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<4x3xf32>)
        -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    %r = pj.relu %l : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    %ys = pj.use @ys : tensor<f32>
    %yz = pj.use @yz : tensor<i32>
    %y = pj.fake_quantize %r, %ys, %yz {clip = #pj.clip<mse>}
        : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>, tensor<f32>, tensor<i32>)
        -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    return %y : tensor<?x3xf32, #pj.dims<[N] -> [N]>>
  }
}
