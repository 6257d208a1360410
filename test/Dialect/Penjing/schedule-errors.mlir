// Fused regions, copies and placements of the scheduled form.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics

func.func @fused_c1(%x: tensor<1x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @below {{requires a contraction to be first, but got 'pj.matmul' at place 1}}
  %y = pj.fused : tensor<1x4xf32> {
    %0 = pj.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %1 = pj.matmul %0, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    pj.yield %1 : tensor<1x4xf32>
  }
  return
}

// -----

func.func @fused_c2(%x: tensor<4xf32>, %z: tensor<1x4xf32>) {
  // expected-error @below {{requires results of shape [1, 4] inside the region, but 'pj.relu' has another}}
  %y = pj.fused : tensor<1x4xf32> {
    %0 = pj.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.add %0, %z : (tensor<4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    pj.yield %1 : tensor<1x4xf32>
  }
  return
}

// -----

func.func @fused_c3(%x: tensor<4xf32>) {
  // expected-error @below {{requires a yielded value of type 'tensor<1x4xf32>'}}
  %y = pj.fused : tensor<1x4xf32> {
    %0 = pj.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    pj.yield %0 : tensor<4xf32>
  }
  return
}

// -----

func.func @relayout_c1(%x: tensor<4xf32>) {
  // expected-error @below {{requires the same type for all operands and results}}
  %y = "pj.relayout"(%x) : (tensor<4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @placement_per_result(%x: tensor<4xf32>) {
  // expected-error @below {{requires 'pj.placements' to hold 1 placements, but got []}}
  %y = pj.relu %x {pj.placements = []} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @placement_of_another_kind(%x: tensor<4xf32>) {
  // expected-error @below {{requires placements of tensors, but got 1}}
  %y = pj.relu %x {pj.placements = [1]} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @placement_strides(%x: tensor<4xf32>) {
  // expected-error @below {{requires a stride per dimension of 'tensor<4xf32>', but got [4, 1]}}
  %y = pj.relu %x {pj.placements = [#pj.placement<arena strides[4, 1]>]} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @placement_halo(%x: tensor<4xf32>) {
  // expected-error @below {{requires a halo per dimension of 'tensor<4xf32>', but got [1, 1] and [1, 1]}}
  %y = pj.relu %x {pj.placements = [#pj.placement<arena strides[1] low[1, 1] high[1, 1]>]} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @placement_halo_of_the_caller(%x: tensor<4xf32>) {
  // expected-error @below {{requires a halo to lie in the arena, but got #pj.placement<result at 0 strides[1] low[1] high[1]>}}
  %y = pj.relu %x {pj.placements = [#pj.placement<result at 0 strides[1] low[1] high[1]>]} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @kernel_kind(%x: tensor<1x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @below {{requires 'pj.kernel' to be a kernel, but got "fast"}}
  %y = pj.matmul %x, %w {pj.kernel = "fast"} : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
  return
}
