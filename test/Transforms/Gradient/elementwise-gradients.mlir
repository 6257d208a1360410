// Gradient rules of elementwise ops, broadcasting included.
// RUN: penjing-opt %s --pj-differentiate -split-input-file | FileCheck %s

// A broadcast operand's gradient is summed to its shape: stretched dimensions
// with keep_dims first, then the leading ones.
// CHECK-LABEL: func.func @step
// CHECK: %[[DY:.*]] = pj.broadcast %{{.*}} -> tensor<2x4x3xf32>
// CHECK: %[[SUM:.*]] = pj.reduce_sum %[[DY]] {axes = array<i64: 1>, keep_dims} : (tensor<2x4x3xf32>) -> tensor<2x1x3xf32>
// CHECK: %[[DB:.*]] = pj.reduce_sum %[[SUM]] {axes = array<i64: 0>} : (tensor<2x1x3xf32>) -> tensor<1x3xf32>
// CHECK: return %{{.*}}, %[[DY]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<2x4x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<1x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<2x4x3xf32>
    %b = pj.use @b : tensor<1x3xf32>
    %y = pj.add %a, %b : (tensor<2x4x3xf32>, tensor<1x3xf32>) -> tensor<2x4x3xf32>
    %l = pj.reduce_sum %y {axes = array<i64: 0, 1, 2>} : (tensor<2x4x3xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

// CHECK-LABEL: func.func @step
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00>
// CHECK: %[[DB:.*]] = pj.neg %[[ONE]]
// CHECK: return %{{.*}}, %[[ONE]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %b = pj.use @b : tensor<f32>
    %y = pj.sub %a, %b : (tensor<f32>, tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}

// -----

// CHECK-LABEL: func.func @step
// CHECK: %[[A:.*]] = pj.use @a
// CHECK: %[[B:.*]] = pj.use @b
// CHECK: %[[Y:.*]] = pj.div %[[A]], %[[B]]
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00>
// CHECK: %[[DA:.*]] = pj.div %[[ONE]], %[[B]]
// CHECK: %[[T:.*]] = pj.mul %[[ONE]], %[[Y]]
// CHECK: %[[U:.*]] = pj.div %[[T]], %[[B]]
// CHECK: %[[DB:.*]] = pj.neg %[[U]]
// CHECK: return %{{.*}}, %[[DA]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %b = pj.use @b : tensor<f32>
    %y = pj.div %a, %b : (tensor<f32>, tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}

// -----

// relu reads its result, which is kept for the next layer anyway.
// CHECK-LABEL: func.func @step
// CHECK: %[[Y:.*]] = pj.relu
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00>
// CHECK: %[[ZERO:.*]] = pj.constant dense<0.000000e+00>
// CHECK: %[[IN:.*]] = pj.compare %[[Y]], %[[ZERO]] {predicate = #pj.compare<gt>}
// CHECK: pj.select %[[IN]], %[[ONE]], %{{.*}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %y = pj.relu %a : (tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}

// -----

// A bound that is absent is not compared with.
// CHECK-LABEL: func.func @step
// CHECK: %[[A:.*]] = pj.use @a
// CHECK: %[[SIX:.*]] = pj.constant dense<6.000000e+00>
// CHECK: pj.compare %[[A]], %[[SIX]] {predicate = #pj.compare<le>}
// CHECK-NOT: pj.compare
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %y = pj.clip %a {max = 6.0 : f64} : (tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}

// -----

// CHECK-LABEL: func.func @step
// CHECK: %[[E:.*]] = pj.exp
// CHECK: %[[L:.*]] = pj.log %[[E]]
// CHECK: %[[S:.*]] = pj.sqrt %[[L]]
// CHECK: %[[N:.*]] = pj.neg %[[S]]
// CHECK: %[[C:.*]] = pj.cast %[[N]] {to = f64}
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00> : tensor<f64>
// CHECK: %[[DN:.*]] = pj.cast %[[ONE]] {to = f32}
// CHECK: %[[DS:.*]] = pj.neg %[[DN]]
// CHECK: %[[HALF:.*]] = pj.constant dense<5.000000e-01>
// CHECK: %[[T:.*]] = pj.mul %[[DS]], %[[HALF]]
// CHECK: %[[DL:.*]] = pj.div %[[T]], %[[S]]
// CHECK: %[[DE:.*]] = pj.div %[[DL]], %[[E]]
// CHECK: %[[DA:.*]] = pj.mul %[[DE]], %[[E]]
// CHECK: return %[[C]], %[[DA]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main() -> tensor<f64> {
    %a = pj.use @a : tensor<f32>
    %e = pj.exp %a : (tensor<f32>) -> tensor<f32>
    %l = pj.log %e : (tensor<f32>) -> tensor<f32>
    %s = pj.sqrt %l : (tensor<f32>) -> tensor<f32>
    %n = pj.neg %s : (tensor<f32>) -> tensor<f32>
    %c = pj.cast %n {to = f64} : (tensor<f32>) -> tensor<f64>
    return %c : tensor<f64>
  }
}

// -----

// Each branch gets the gradient where it was taken.
// CHECK-LABEL: func.func @step
// CHECK-SAME: (%[[M:.*]]: tensor<i1>)
// CHECK: %[[ONE:.*]] = pj.constant dense<1.000000e+00>
// CHECK: %[[ZERO:.*]] = pj.constant dense<0.000000e+00>
// CHECK: %[[DA:.*]] = pj.select %[[M]], %[[ONE]], %[[ZERO]]
// CHECK: %[[DB:.*]] = pj.select %[[M]], %[[ZERO]], %[[ONE]]
// CHECK: return %{{.*}}, %[[DA]], %[[DB]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<f32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main(%m: tensor<i1>) -> tensor<f32> {
    %a = pj.use @a : tensor<f32>
    %b = pj.use @b : tensor<f32>
    %y = pj.select %m, %a, %b : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    return %y : tensor<f32>
  }
}
