// Integer semantics of the packed form: rounding of ties, saturation, zero points.
// RUN: penjing-check %s | FileCheck %s
// CHECK: functions as expected
!a = !quant.uniform<u8:f32, 0.5:10>
!b = !quant.uniform<u8:f32, 0.25:0>
!s = !quant.uniform<i8<-127:127>:f32, 0.5>

module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
  pj.param @image : tensor<1x1x2x2x!a> {role = #pj.role<constant>, value = dense<[[[[11, 12], [13, 14]]]]> : tensor<1x1x2x2xi8>}
  pj.param @taps : tensor<1x1x2x2x!s> {role = #pj.role<weight>, value = dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>}
  pj.param @bias : tensor<1xi32> {role = #pj.role<bias>, value = dense<[5]> : tensor<1xi32>}

  func.func @ties_go_to_even_and_ends_saturate() {
    %x = pj.constant dense<[0.25, 0.75, 1.25, -0.25, 1000.0, -1000.0]> : tensor<6xf32>
    %q = pj.quantize %x : (tensor<6xf32>) -> tensor<6x!a>
    // 0.5, 1.5, 2.5, -0.5 steps from the zero point 10.
    check.expect_eq %q, dense<[10, 12, 12, 10, -1, 0]> : tensor<6xi8> : tensor<6x!a>
    %f = pj.quantize %x {rounding = #pj.rounding<floor>} : (tensor<6xf32>) -> tensor<6x!a>
    check.expect_eq %f, dense<[10, 11, 12, 9, -1, 0]> : tensor<6xi8> : tensor<6x!a>
    %d = pj.dequantize %q : (tensor<6x!a>) -> tensor<6xf32>
    check.expect_eq %d, dense<[0.0, 1.0, 1.0, 0.0, 122.5, -5.0]> : tensor<6xf32> : tensor<6xf32>
    return
  }

  func.func @nan_gives_the_least_integer() {
    %x = pj.constant dense<[0x7FC00000, 0xFFC00000, 0x7F800000, 0xFF800000]> : tensor<4xf32>
    %q = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!a>
    check.expect_eq %q, dense<[0, 0, -1, 0]> : tensor<4xi8> : tensor<4x!a>
    %f = pj.quantize %x {rounding = #pj.rounding<floor>} : (tensor<4xf32>) -> tensor<4x!s>
    check.expect_eq %f, dense<[-127, -127, 127, -127]> : tensor<4xi8> : tensor<4x!s>
    return
  }

  // A window without taps: the least integer, and the zero point that is 0.
  func.func @windows_without_taps() {
    %x = pj.constant dense<[[[[1.0]]]]> : tensor<1x1x1x1xf32>
    %a = pj.quantize %x : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!a>
    %m = pj.max_pool %a {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>}
        : (tensor<1x1x1x1x!a>) -> tensor<1x1x1x3x!a>
    check.expect_eq %m, dense<[[[[12, 0, 12]]]]> : tensor<1x1x1x3xi8> : tensor<1x1x1x3x!a>
    %p = pj.average_pool %a {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>}
        : (tensor<1x1x1x1x!a>) -> tensor<1x1x1x3x!a>
    check.expect_eq %p, dense<[[[[12, 10, 12]]]]> : tensor<1x1x1x3xi8> : tensor<1x1x1x3x!a>
    %s = pj.quantize %x : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!s>
    %n = pj.max_pool %s {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>}
        : (tensor<1x1x1x1x!s>) -> tensor<1x1x1x3x!s>
    check.expect_eq %n, dense<[[[[2, -127, 2]]]]> : tensor<1x1x1x3xi8> : tensor<1x1x1x3x!s>
    return
  }

  // The border is the zero point, that is 0: centred image 1 2 / 3 4.
  func.func @conv_at_a_border_with_a_zero_point() {
    %x = pj.use @image : tensor<1x1x2x2x!a>
    %w = pj.use @taps : tensor<1x1x2x2x!s>
    %b = pj.use @bias : tensor<1xi32>
    %y = pj.conv %x, %w, %b {pads = array<i64: 1, 0, 0, 1>}
        : (tensor<1x1x2x2x!a>, tensor<1x1x2x2x!s>, tensor<1xi32>) -> tensor<1x1x2x2xf32>
    // Sums 3·1+4·2+5 = 16, 3·2+5 = 11, 30+5 = 35, 2+12+5 = 19, times 0.25.
    check.expect_eq %y, dense<[[[[4.0, 2.75], [8.75, 4.75]]]]> : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>
    %q = pj.conv %x, %w, %b {pads = array<i64: 1, 0, 0, 1>}
        : (tensor<1x1x2x2x!a>, tensor<1x1x2x2x!s>, tensor<1xi32>) -> tensor<1x1x2x2x!a>
    // Multiplier 0.5: 8, 5.5 -> 6, 17.5 -> 18, 9.5 -> 10, plus 10.
    check.expect_eq %q, dense<[[[[18, 16], [28, 20]]]]> : tensor<1x1x2x2xi8> : tensor<1x1x2x2x!a>
    return
  }

  func.func @matmul_per_column() {
    %x = pj.constant dense<[[0.5, 1.0]]> : tensor<1x2xf32>
    %a = pj.quantize %x : (tensor<1x2xf32>) -> tensor<1x2x!a>
    %v = pj.constant dense<[[1.0, -2.0], [0.25, 0.5]]> : tensor<2x2xf32>
    %b = pj.quantize %v : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8<-127:127>:f32:0, {1.0, 0.25}>>
    %y = pj.matmul %a, %b {transpose_b}
        : (tensor<1x2x!a>, tensor<2x2x!quant.uniform<i8<-127:127>:f32:0, {1.0, 0.25}>>) -> tensor<1x2xf32>
    check.expect_eq %y, dense<[[-1.5, 0.625]]> : tensor<1x2xf32> : tensor<1x2xf32>
    return
  }

  func.func @add_rescales_both() {
    %x = pj.constant dense<[0.5, -5.0, 100.0]> : tensor<3xf32>
    %z = pj.constant dense<[0.25, 0.5, 63.75]> : tensor<3xf32>
    %a = pj.quantize %x : (tensor<3xf32>) -> tensor<3x!a>
    %b = pj.quantize %z : (tensor<3xf32>) -> tensor<3x!b>
    %s = pj.add %a, %b : (tensor<3x!a>, tensor<3x!b>) -> tensor<3x!a>
    // 1 + 0.5 -> 2 (tie to even), -10 + 1 = -9, 200 + 127.5 saturates.
    check.expect_eq %s, dense<[12, 1, -1]> : tensor<3xi8> : tensor<3x!a>
    %d = pj.sub %a, %b : (tensor<3x!a>, tensor<3x!b>) -> tensor<3x!a>
    check.expect_eq %d, dense<[10, 0, 82]> : tensor<3xi8> : tensor<3x!a>
    %p = pj.mul %a, %b : (tensor<3x!a>, tensor<3x!b>) -> tensor<3x!a>
    // 1·1·0.25 -> 0, -10·2·0.25 = -5, saturates.
    check.expect_eq %p, dense<[10, 5, -1]> : tensor<3xi8> : tensor<3x!a>
    return
  }

  func.func @relu_clip_concat_pad() {
    %x = pj.constant dense<[-1.0, 0.75, 3.0]> : tensor<3xf32>
    %a = pj.quantize %x : (tensor<3xf32>) -> tensor<3x!a>
    %r = pj.relu %a : (tensor<3x!a>) -> tensor<3x!a>
    check.expect_eq %r, dense<[10, 12, 16]> : tensor<3xi8> : tensor<3x!a>
    %b = pj.relu %a : (tensor<3x!a>) -> tensor<3x!b>
    check.expect_eq %b, dense<[0, 4, 12]> : tensor<3xi8> : tensor<3x!b>
    %c = pj.clip %a {min = -0.5 : f64, max = 2.0 : f64} : (tensor<3x!a>) -> tensor<3x!a>
    check.expect_eq %c, dense<[9, 12, 14]> : tensor<3xi8> : tensor<3x!a>
    %k = pj.concat %a, %b {axis = 0 : i32} : (tensor<3x!a>, tensor<3x!b>) -> tensor<6x!a>
    check.expect_eq %k, dense<[8, 12, 16, 10, 12, 16]> : tensor<6xi8> : tensor<6x!a>
    %p = pj.pad %a {low = array<i64: 1>, high = array<i64: -1>} : (tensor<3x!a>) -> tensor<3x!a>
    check.expect_eq %p, dense<[10, 8, 12]> : tensor<3xi8> : tensor<3x!a>
    return
  }

  func.func @pools() {
    %x = pj.use @image : tensor<1x1x2x2x!a>
    %m = pj.max_pool %x {kernel = array<i64: 2, 2>} : (tensor<1x1x2x2x!a>) -> tensor<1x1x1x1x!a>
    check.expect_eq %m, dense<14> : tensor<1x1x1x1xi8> : tensor<1x1x1x1x!a>
    // (1 + 2 + 3 + 4) / 4 = 2.5 -> 2.
    %a = pj.average_pool %x {kernel = array<i64: 2, 2>} : (tensor<1x1x2x2x!a>) -> tensor<1x1x1x1x!a>
    check.expect_eq %a, dense<12> : tensor<1x1x1x1xi8> : tensor<1x1x1x1x!a>
    // In steps of 0.25: 5.
    %g = pj.global_average_pool %x : (tensor<1x1x2x2x!a>) -> tensor<1x1x1x1x!b>
    check.expect_eq %g, dense<5> : tensor<1x1x1x1xi8> : tensor<1x1x1x1x!b>
    return
  }

  // 1.25 / 0.1 in f64 lies above the tie: the bound is 13 steps.
  func.func @bounds_are_quantized_in_f64() {
    %x = pj.constant dense<[9.0]> : tensor<1xf32>
    %q = pj.quantize %x : (tensor<1xf32>) -> tensor<1x!quant.uniform<u8:f32, 0.099999999999999992:23>>
    %c = pj.clip %q {max = 1.25 : f64}
        : (tensor<1x!quant.uniform<u8:f32, 0.099999999999999992:23>>) -> tensor<1x!quant.uniform<u8:f32, 0.099999999999999992:23>>
    check.expect_eq %c, dense<36> : tensor<1xi8> : tensor<1x!quant.uniform<u8:f32, 0.099999999999999992:23>>
    return
  }
}
