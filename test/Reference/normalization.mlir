// Normalization, softmax, losses and their adjoints.
// RUN: penjing-check %s | FileCheck %s
// RUN: penjing-check --f64 %s | FileCheck %s
// CHECK: functions as expected

func.func @batch_norm() {
  %x = pj.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %s = pj.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = pj.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %m = pj.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %v = pj.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %y = pj.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0 : f64}
      : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  check.expect_eq %y, dense<[[10.0, 24.0], [12.0, 32.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  return
}

func.func @batch_norm_training() {
  %x = pj.constant dense<[[1.0], [3.0], [5.0], [7.0]]> : tensor<4x1xf32>
  %s = pj.constant dense<2.0> : tensor<1xf32>
  %b = pj.constant dense<1.0> : tensor<1xf32>
  %y, %m, %v = pj.batch_norm_training %x, %s, %b {epsilon = 4.0 : f64}
      : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>)
  check.expect_eq %m, dense<4.0> : tensor<1xf32> : tensor<1xf32>
  check.expect_eq %v, dense<5.0> : tensor<1xf32> : tensor<1xf32>
  check.expect_almost_eq %y, dense<[[-1.0], [0.333333333], [1.666666667], [3.0]]> : tensor<4x1xf32> : tensor<4x1xf32>
  %dy = pj.constant dense<[[1.0], [0.0], [0.0], [0.0]]> : tensor<4x1xf32>
  %dx, %ds, %db = pj.batch_norm_gradient %dy, %x, %s, %m, %v {epsilon = 4.0 : f64}
      : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>)
      -> (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>)
  check.expect_eq %db, dense<1.0> : tensor<1xf32> : tensor<1xf32>
  check.expect_eq %ds, dense<-1.0> : tensor<1xf32> : tensor<1xf32>
  // 2/3 · (dy - 1/4 + xhat/4), xhat = -1, -1/3, 1/3, 1.
  check.expect_almost_eq %dx, dense<[[0.333333333], [-0.222222222], [-0.111111111], [0.0]]> : tensor<4x1xf32> : tensor<4x1xf32>
  return
}

func.func @softmax_and_adjoint() {
  %x = pj.constant dense<[[0.0, 0.693147180559945], [1000.0, 1000.0]]> : tensor<2x2xf32>
  %y = pj.softmax %x {axis = 1 : i32} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  check.expect_almost_eq %y, dense<[[0.333333333, 0.666666667], [0.5, 0.5]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %dy = pj.constant dense<[[3.0, 0.0], [1.0, 1.0]]> : tensor<2x2xf32>
  %dx = pj.softmax_gradient %dy, %y {axis = 1 : i32} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  check.expect_almost_eq %dx, dense<[[0.666666667, -0.666666667], [0.0, 0.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  return
}

func.func @cross_entropy() {
  %x = pj.constant dense<[[0.0, 0.693147180559945], [0.0, 0.0]]> : tensor<2x2xf32>
  %t = pj.constant dense<[1, 0]> : tensor<2xi32>
  %l = pj.cross_entropy %x, %t : (tensor<2x2xf32>, tensor<2xi32>) -> tensor<f32>
  // (ln 3/2 + ln 2) / 2 = ln 3 / 2.
  check.expect_almost_eq %l, dense<0.549306144> : tensor<f32> : tensor<f32>
  %one = pj.constant dense<1.0> : tensor<f32>
  %dx = pj.cross_entropy_gradient %one, %x, %t : (tensor<f32>, tensor<2x2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  check.expect_almost_eq %dx, dense<[[0.166666667, -0.166666667], [-0.25, 0.25]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %s = pj.cross_entropy %x, %t {label_smoothing = 0.5 : f64} : (tensor<2x2xf32>, tensor<2xi32>) -> tensor<f32>
  // (3/4 ln 3/2 + 1/4 ln 3 + ln 2) / 2.
  check.expect_almost_eq %s, dense<0.635949541> : tensor<f32> : tensor<f32>
  return
}

func.func @distillation_loss() {
  %s = pj.constant dense<[[0.0, 0.0]]> : tensor<1x2xf32>
  %t = pj.constant dense<[[0.0, 2.197224577336219]]> : tensor<1x2xf32>
  %l = pj.distillation_loss %s, %t {temperature = 2.0 : f64} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<f32>
  // Teacher softened: 1/(1 + sqrt 9) = 1/4 and 3/4: 4 · (1/4 ln 1/2 + 3/4 ln 3/2).
  check.expect_almost_eq %l, dense<0.523248144> : tensor<f32> : tensor<f32>
  %one = pj.constant dense<1.0> : tensor<f32>
  %ds = pj.distillation_loss_gradient %one, %s, %t {temperature = 2.0 : f64}
      : (tensor<f32>, tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  check.expect_almost_eq %ds, dense<[[0.5, -0.5]]> : tensor<1x2xf32> : tensor<1x2xf32>
  return
}
