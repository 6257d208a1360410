// Decisions simulated in float: masks and fake quantization.
// RUN: penjing-check %s | FileCheck %s
// CHECK: functions as expected
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @masked() {
    %w = pj.constant dense<[0x7FC00000, 2.0, -3.0]> : tensor<3xf32>
    %m = pj.constant dense<[false, true, false]> : tensor<3xi1>
    %y = pj.masked %w, %m : (tensor<3xf32>, tensor<3xi1>) -> tensor<3xf32>
    check.expect_eq %y, dense<[0.0, 2.0, 0.0]> : tensor<3xf32> : tensor<3xf32>
    return
  }
  func.func @fake_quantize() {
    %x = pj.constant dense<[0.25, 0.75, -100.0, 1000.0, 0x7FC00000]> : tensor<5xf32>
    %s = pj.constant dense<0.5> : tensor<f32>
    %z = pj.constant dense<10> : tensor<i32>
    %y = pj.fake_quantize %x, %s, %z : (tensor<5xf32>, tensor<f32>, tensor<i32>) -> tensor<5xf32>
    check.expect_eq %y, dense<[0.0, 1.0, -5.0, 122.5, 0x7FC00000]> : tensor<5xf32> : tensor<5xf32>
    %f = pj.fake_quantize %x, %s, %z {rounding = #pj.rounding<floor>} : (tensor<5xf32>, tensor<f32>, tensor<i32>) -> tensor<5xf32>
    check.expect_eq %f, dense<[0.0, 0.5, -5.0, 122.5, 0x7FC00000]> : tensor<5xf32> : tensor<5xf32>
    %one = pj.constant dense<1.0> : tensor<5xf32>
    %g = pj.fake_quantize_gradient %one, %x, %s, %z : (tensor<5xf32>, tensor<5xf32>, tensor<f32>, tensor<i32>) -> tensor<5xf32>
    check.expect_eq %g, dense<[1.0, 1.0, 0.0, 0.0, 0.0]> : tensor<5xf32> : tensor<5xf32>
    return
  }
  func.func @fake_quantize_per_channel() {
    %x = pj.constant dense<[[1.3, -9.0], [1.3, -9.0]]> : tensor<2x2xf32>
    %s = pj.constant dense<[1.0, 0.5]> : tensor<2xf32>
    %z = pj.constant dense<0> : tensor<2xi32>
    %y = pj.fake_quantize %x, %s, %z {bits = 4 : i32, is_signed, narrow, axis = 0 : i32}
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
    check.expect_eq %y, dense<[[1.0, -7.0], [1.5, -3.5]]> : tensor<2x2xf32> : tensor<2x2xf32>
    return
  }
}
