// RUN: penjing-opt %s --pj-split-samples --split-input-file --verify-diagnostics | FileCheck %s

#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @one_sample_at_a_time(%{{.*}}: tensor<1x4xf32>
  // CHECK-SAME: -> tensor<1x4xf32> attributes {pj.samples = [true, true]}
  func.func @one_sample_at_a_time(%x: tensor<?x4xf32, #batch>) -> tensor<?x4xf32, #batch> attributes {pj.dims = ["N"]} {
    // CHECK: pj.relu %{{.*}} : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %y = pj.relu %x : (tensor<?x4xf32, #batch>) -> tensor<?x4xf32, #batch>
    return %y : tensor<?x4xf32, #batch>
  }
}

// -----

#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @mixes(%x: tensor<?x4xf32, #batch>) -> tensor<4xf32> attributes {pj.dims = ["N"]} {
    // expected-error @below {{requires ops that keep the samples of 'N' apart, but 'pj.reduce_sum' mixes them; bind it with --shape}}
    %y = pj.reduce_sum %x {axes = array<i64: 0>} : (tensor<?x4xf32, #batch>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires the named dimension 'N' to be the first of each tensor, but got 'tensor<4x?xf32, #pj.dims<[N] -> [N]>>'}}
  func.func @not_first(%x: tensor<4x?xf32, #batch>) -> tensor<4x?xf32, #batch> attributes {pj.dims = ["N"]} {
    return %x : tensor<4x?xf32, #batch>
  }
}

// -----

#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires at most one named dimension, but got ["N", "M"]; bind the others with --shape}}
  func.func @two(%x: tensor<?x4xf32, #batch>) -> tensor<?x4xf32, #batch> attributes {pj.dims = ["N", "M"]} {
    return %x : tensor<?x4xf32, #batch>
  }
}

// -----

#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @shared_result(%x: tensor<?x4xf32, #batch>, %b: tensor<4xf32>) -> tensor<4xf32> attributes {pj.dims = ["N"]} {
    // expected-error @below {{requires results with the named dimension 'N', but got 'tensor<4xf32>'}}
    return %b : tensor<4xf32>
  }
}
