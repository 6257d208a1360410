// Every op prints as what it was read from.
// RUN: penjing-opt %s | penjing-opt | FileCheck %s

pj.param @weight : tensor<4x3x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 27>}

// CHECK-LABEL: @image
func.func @image(%x: tensor<2x3x8x8xf32>, %v: tensor<3xf32>) {
  // CHECK: pj.use @weight : tensor<4x3x3x3xf32>
  %w = pj.use @weight : tensor<4x3x3x3xf32>
  // CHECK: pj.conv %{{.*}}, %{{.*}} {pads = array<i64: 1, 1, 1, 1>}
  %c = pj.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<2x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<2x4x8x8xf32>
  // CHECK: pj.conv_input_gradient
  %dx = pj.conv_input_gradient %c, %w, %x {pads = array<i64: 1, 1, 1, 1>}
      : (tensor<2x4x8x8xf32>, tensor<4x3x3x3xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  // CHECK: pj.conv_weight_gradient
  %dw = pj.conv_weight_gradient %c, %x {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<2x4x8x8xf32>, tensor<2x3x8x8xf32>) -> tensor<4x3x3x3xf32>
  // CHECK: pj.max_pool %{{.*}} {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
  %m = pj.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<2x3x8x8xf32>) -> tensor<2x3x4x4xf32>
  // CHECK: pj.max_pool_gradient
  %dm = pj.max_pool_gradient %m, %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : (tensor<2x3x4x4xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  // CHECK: pj.average_pool %{{.*}} {count_include_pad, kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
  %a = pj.average_pool %x {count_include_pad, kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  // CHECK: pj.average_pool_gradient
  %da = pj.average_pool_gradient %a, %x {count_include_pad, kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<2x3x8x8xf32>, tensor<2x3x8x8xf32>) -> tensor<2x3x8x8xf32>
  // CHECK: pj.global_average_pool
  %g = pj.global_average_pool %x : (tensor<2x3x8x8xf32>) -> tensor<2x3x1x1xf32>
  // CHECK: pj.batch_norm %{{.*}} {epsilon = 1.000000e-03 : f64}
  %b = pj.batch_norm %x, %v, %v, %v, %v {epsilon = 1.0e-3 : f64}
      : (tensor<2x3x8x8xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x8x8xf32>
  // CHECK: pj.batch_norm_training
  %t:3 = pj.batch_norm_training %x, %v, %v : (tensor<2x3x8x8xf32>, tensor<3xf32>, tensor<3xf32>)
      -> (tensor<2x3x8x8xf32>, tensor<3xf32>, tensor<3xf32>)
  // CHECK: pj.batch_norm_gradient
  %d:3 = pj.batch_norm_gradient %b, %x, %v, %t#1, %t#2
      : (tensor<2x3x8x8xf32>, tensor<2x3x8x8xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
      -> (tensor<2x3x8x8xf32>, tensor<3xf32>, tensor<3xf32>)
  return
}

// CHECK-LABEL: @matrix_and_elements
func.func @matrix_and_elements(%x: tensor<2x4xf32>, %v: tensor<4xf32>, %i: tensor<2x4xi32>) {
  // CHECK: pj.constant dense<2.000000e+00> : tensor<4xf32>
  %k = pj.constant dense<2.0> : tensor<4xf32>
  // CHECK: pj.matmul %{{.*}}, %{{.*}} {transpose_b}
  %p = pj.matmul %x, %x {transpose_b} : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x2xf32>
  // CHECK: pj.add
  %0 = pj.add %x, %v : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.sub
  %1 = pj.sub %0, %k : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.mul
  %2 = pj.mul %1, %v : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.div {{.*}} (tensor<2x4xi32>, tensor<2x4xi32>) -> tensor<2x4xi32>
  %3 = pj.div %i, %i : (tensor<2x4xi32>, tensor<2x4xi32>) -> tensor<2x4xi32>
  // CHECK: pj.relu
  %4 = pj.relu %2 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.exp
  %5 = pj.exp %4 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.log
  %6 = pj.log %5 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.sqrt
  %7 = pj.sqrt %5 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.sigmoid
  %sigmoid = pj.sigmoid %5 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.tanh
  %tanh = pj.tanh %5 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.neg
  %8 = pj.neg %7 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.clip %{{.*}} {max = 6.000000e+00 : f64, min = 0.000000e+00 : f64}
  %9 = pj.clip %8 {min = 0.0 : f64, max = 6.0 : f64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.compare %{{.*}} {predicate = #pj.compare<gt>}
  %10 = pj.compare %9, %v {predicate = #pj.compare<gt>} : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xi1>
  // CHECK: pj.select
  %11 = pj.select %10, %9, %8 : (tensor<2x4xi1>, tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.cast %{{.*}} {to = i64}
  %12 = pj.cast %i {to = i64} : (tensor<2x4xi32>) -> tensor<2x4xi64>
  // CHECK: pj.softmax %{{.*}} {axis = 1 : i32}
  %13 = pj.softmax %11 {axis = 1 : i32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.softmax_gradient
  %14 = pj.softmax_gradient %11, %13 {axis = 1 : i32} : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: pj.reduce_sum %{{.*}} {axes = array<i64: 0>, keep_dims}
  %15 = pj.reduce_sum %14 {axes = array<i64: 0>, keep_dims} : (tensor<2x4xf32>) -> tensor<1x4xf32>
  return
}

// CHECK-LABEL: @moves
func.func @moves(%x: tensor<2x3x4xf32>, %v: tensor<4xf32>) {
  // CHECK: pj.reshape %{{.*}} {shape = array<i64: 0, -1>}
  %0 = pj.reshape %x {shape = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<2x12xf32>
  // CHECK: pj.transpose %{{.*}} {permutation = array<i64: 2, 0, 1>}
  %1 = pj.transpose %x {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  // CHECK: pj.pad
  %2 = pj.pad %x {low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, -1>, value = 1.0 : f64} : (tensor<2x3x4xf32>) -> tensor<2x4x3xf32>
  // CHECK: pj.concat %{{.*}} {axis = 1 : i32}
  %3 = pj.concat %x, %x {axis = 1 : i32} : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x6x4xf32>
  // CHECK: pj.slice
  %4 = pj.slice %3 {offsets = array<i64: 0, 1, 0>, sizes = array<i64: 2, 2, -1>, strides = array<i64: 1, 3, 1>} : (tensor<2x6x4xf32>) -> tensor<2x2x4xf32>
  // CHECK: pj.broadcast
  %5 = pj.broadcast %v, %x : (tensor<4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// CHECK-LABEL: @decided
func.func @decided(%w: tensor<4x3xf32>, %m: tensor<4x3xi1>, %s: tensor<4xf32>, %z: tensor<4xi32>) {
  // CHECK: pj.masked
  %0 = pj.masked %w, %m : (tensor<4x3xf32>, tensor<4x3xi1>) -> tensor<4x3xf32>
  // CHECK: pj.fake_quantize %{{.*}} {axis = 0 : i32, clip = #pj.clip<sigma>, is_signed, narrow, rounding = #pj.rounding<floor>}
  %1 = pj.fake_quantize %0, %s, %z {axis = 0 : i32, is_signed, narrow, rounding = #pj.rounding<floor>, clip = #pj.clip<sigma>}
      : (tensor<4x3xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x3xf32>
  // CHECK: pj.fake_quantize_gradient
  %2 = pj.fake_quantize_gradient %1, %0, %s, %z {axis = 0 : i32, is_signed, narrow}
      : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x3xf32>
  return
}

// CHECK-LABEL: @packed
func.func @packed(%x: tensor<4xf32>) {
  // CHECK: pj.quantize
  %0 = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 5.000000e-01:128>>
  // CHECK: pj.dequantize
  %1 = pj.dequantize %0 : (tensor<4x!quant.uniform<u8:f32, 5.000000e-01:128>>) -> tensor<4xf32>
  return
}

// CHECK-LABEL: @losses
func.func @losses(%y: tensor<8x10xf32>, %t: tensor<8xi32>) {
  // CHECK: pj.cross_entropy %{{.*}} {label_smoothing = 1.000000e-01 : f64}
  %0 = pj.cross_entropy %y, %t {label_smoothing = 0.1 : f64} : (tensor<8x10xf32>, tensor<8xi32>) -> tensor<f32>
  // CHECK: pj.cross_entropy_gradient
  %1 = pj.cross_entropy_gradient %0, %y, %t : (tensor<f32>, tensor<8x10xf32>, tensor<8xi32>) -> tensor<8x10xf32>
  // CHECK: pj.distillation_loss %{{.*}} {temperature = 4.000000e+00 : f64}
  %2 = pj.distillation_loss %y, %1 {temperature = 4.0 : f64} : (tensor<8x10xf32>, tensor<8x10xf32>) -> tensor<f32>
  // CHECK: pj.distillation_loss_gradient
  %3 = pj.distillation_loss_gradient %2, %y, %1 {temperature = 4.0 : f64} : (tensor<f32>, tensor<8x10xf32>, tensor<8x10xf32>) -> tensor<8x10xf32>
  return
}

// CHECK-LABEL: @scheduled
func.func @scheduled(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) {
  // CHECK: pj.relayout %{{.*}} : tensor<1x4xf32>
  %0 = pj.relayout %x : tensor<1x4xf32>
  // CHECK: pj.fused : tensor<1x8xf32> {
  %1 = pj.fused : tensor<1x8xf32> {
    %2 = pj.matmul %0, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
    %3 = pj.relu %2 : (tensor<1x8xf32>) -> tensor<1x8xf32>
    // CHECK: pj.yield %{{.*}} : tensor<1x8xf32>
    pj.yield %3 : tensor<1x8xf32>
  }
  return
}
