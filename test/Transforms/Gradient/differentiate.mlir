// A function with a loss becomes a step that returns gradients.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// The documented example.
// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[X:.*]]: tensor<8x4xf32>, %[[T:.*]]: tensor<8xi32>)
// CHECK-SAME: -> (tensor<f32> {pj.name = "loss"}, tensor<10x4xf32> {pj.name = "gradient:w"})
// CHECK: %[[W:.*]] = pj.use @w
// CHECK: %[[Y:.*]] = pj.matmul %[[X]], %[[W]] {transpose_b}
// CHECK: %[[L:.*]] = pj.cross_entropy %[[Y]], %[[T]]
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00> : tensor<f32>
// CHECK: %[[DY:.*]] = pj.cross_entropy_gradient %[[ONE]], %[[Y]], %[[T]]
// CHECK: %[[DW:.*]] = pj.matmul %[[DY]], %[[X]] {transpose_a}
// CHECK: return %[[L]], %[[DW]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<10x4xf32> {role = #pj.role<weight>, trainable, init = #pj.init<zeros>}
  func.func @main(%x: tensor<8x4xf32>, %labels: tensor<8xi32>) -> tensor<f32> {
    %w = pj.use @w : tensor<10x4xf32>
    %y = pj.matmul %x, %w {transpose_b} : (tensor<8x4xf32>, tensor<10x4xf32>) -> tensor<8x10xf32>
    %l = pj.cross_entropy %y, %labels : (tensor<8x10xf32>, tensor<8xi32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// Results: loss, others, gradients in the order of the parameters, updates.
// CHECK-LABEL: func.func @step
// CHECK-SAME: () -> (tensor<f32> {pj.name = "loss"}, tensor<4xf32> {pj.name = "y"},
// CHECK-SAME: tensor<4xf32> {pj.name = "gradient:b"}, tensor<4xf32> {pj.name = "gradient:a"}, tensor<4xf32> {pj.name = "update:m"})
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @m : tensor<4xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @b : tensor<4xf32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
  pj.param @a : tensor<4xf32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
  func.func @main() -> (tensor<f32> {pj.name = "loss"}, tensor<4xf32> {pj.name = "update:m"}, tensor<4xf32> {pj.name = "y"}) {
    %m = pj.use @m : tensor<4xf32>
    %a = pj.use @a : tensor<4xf32>
    %b = pj.use @b : tensor<4xf32>
    %y = pj.mul %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
    return %l, %m, %y : tensor<f32>, tensor<4xf32>, tensor<4xf32>
  }
}

// -----

// Two uses of a parameter add up, and so do two uses of a value.
// CHECK-LABEL: func.func @step
// CHECK: %[[A:.*]] = pj.use @a
// CHECK: %[[B:.*]] = pj.use @a
// CHECK: %[[Y:.*]] = pj.mul %[[A]], %[[B]]
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00>
// CHECK-DAG: %[[DA:.*]] = pj.mul %[[ONE]], %[[B]]
// CHECK-DAG: %[[DB:.*]] = pj.mul %[[ONE]], %[[A]]
// CHECK: %[[SUM:.*]] = pj.add %[[DB]], %[[DA]]
// CHECK: return %[[Y]], %[[SUM]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %b = pj.use @a : tensor<f32>
    %y = pj.mul %a, %b : (tensor<f32>, tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}

// -----

// A parameter that the loss does not depend on gets zeros; one that is not
// trainable gets nothing, and nothing is computed for it.
// CHECK-LABEL: func.func @step
// CHECK-SAME: -> (tensor<f32> {pj.name = "loss"}, tensor<2xf32> {pj.name = "gradient:idle"}, tensor<f32> {pj.name = "gradient:a"})
// CHECK-COUNT-2: pj.mul
// CHECK-NOT: pj.mul
// CHECK: pj.constant dense<0.000000e+00> : tensor<2xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @idle : tensor<2xf32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
  pj.param @a : tensor<f32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
  pj.param @fixed : tensor<f32> {role = #pj.role<bias>, init = #pj.init<zeros>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %c = pj.use @fixed : tensor<f32>
    %y = pj.mul %a, %c : (tensor<f32>, tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}

// -----

// What is not differentiable (a comparison) stops the gradient, and an op whose
// result does not reach the loss needs no rule.
// CHECK-LABEL: func.func @step
// CHECK: %[[M:.*]] = pj.compare
// CHECK: pj.select %[[M]], %{{.*}}, %{{.*}}
// CHECK-NOT: pj.compare
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
  func.func @main(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
    %a = pj.use @a : tensor<f32>
    %m = pj.compare %a, %x {predicate = #pj.compare<gt>} : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %y = pj.select %m, %a, %x : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    return %x, %y : tensor<f32>, tensor<f32>
  }
}
