// Dynamic dimensions have names, and their sizes follow through the ops.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @sizes_follow
func.func @sizes_follow(%x: tensor<?x3x?x8xf32, #pj.dims<[H, N] -> [N, H]>>, %w: tensor<16x3x3x3xf32>)
    attributes {pj.dims = ["H", "N"]} {
  // CHECK: #pj.dims<[H, N] -> [N, ((H + -1) floordiv 2) + 1]>
  %y = pj.conv %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<?x3x?x8xf32, #pj.dims<[H, N] -> [N, H]>>, tensor<16x3x3x3xf32>)
      -> tensor<?x16x?x4xf32, #pj.dims<[H, N] -> [N, (H - 1) floordiv 2 + 1]>>
  return
}

// CHECK-LABEL: @batch_passes_reshape
func.func @batch_passes_reshape(%x: tensor<?x3x4xf32, #pj.dims<[N] -> [N]>>) attributes {pj.dims = ["N"]} {
  %y = pj.reshape %x {shape = array<i64: 0, -1>}
      : (tensor<?x3x4xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x12xf32, #pj.dims<[N] -> [N]>>
  %z = pj.reshape %x {shape = array<i64: -1, 6>}
      : (tensor<?x3x4xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x6xf32, #pj.dims<[N] -> [N * 2]>>
  return
}

// -----

func.func @two_names_are_two_sizes(%a: tensor<?x4xf32, #pj.dims<[N] -> [N]>>,
                                   %b: tensor<?x4xf32, #pj.dims<[M] -> [M]>>) attributes {pj.dims = ["M", "N"]} {
  // expected-error @below {{requires shapes that broadcast}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.add %a, %b : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<?x4xf32, #pj.dims<[M] -> [M]>>)
      -> tensor<?x4xf32, #pj.dims<[N] -> [N]>>
  return
}

// -----

func.func @unnamed_dimension(%a: tensor<?x4xf32>) {
  // expected-error @below {{requires dimension 0 of 'tensor<?x4xf32>' to have a name, as in '#pj.dims<[N] -> [N]>'}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.add %a, %a : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// expected-error @below {{requires one name per dynamic dimension (1), but got 2}}
func.func @too_many_names(%a: tensor<?x4xf32, #pj.dims<[M, N] -> [M, N]>>) {
  return
}

// -----

// expected-error @below {{requires dimension names in ascending order, but got 'M' behind 'N'}}
func.func @unsorted_names(%a: tensor<?x?xf32, #pj.dims<[N, M] -> [N, M]>>) {
  return
}

// -----

// expected-error @below {{requires every declared dimension name to be used, but 'N' is not}}
func.func @unused_name(%a: tensor<?x4xf32, #pj.dims<[M, N] -> [M]>>) {
  return
}
