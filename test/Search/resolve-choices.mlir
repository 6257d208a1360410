// A space becomes the network that the decisions make of it.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-resolve-choices="edge0=conv3x3 count=8" | FileCheck %t/example.mlir
// RUN: penjing-opt %t/example.mlir --pj-resolve-choices="decisions={count=16, edge0=skip}" | FileCheck %t/example.mlir --check-prefix=SKIP
// RUN: penjing-opt %t/example.mlir --pass-pipeline='builtin.module(pj-resolve-choices{edge0=conv3x3 count=8})' --dump-pass-pipeline 2>&1 | FileCheck %t/example.mlir --check-prefix=DUMP
// RUN: penjing-opt %t/nested.mlir --pj-resolve-choices="outer=deep inner=relu" | FileCheck %t/nested.mlir
// RUN: penjing-opt %t/nested.mlir --pj-resolve-choices="outer=flat inner=relu" | FileCheck %t/nested.mlir --check-prefix=FLAT
// RUN: penjing-opt %t/blocks.mlir --pj-resolve-choices="a.count=4 a.height=1 b.count=6 b.height=5 again=yes depth=2" -mlir-print-debuginfo -mlir-print-local-scope | FileCheck %t/blocks.mlir
// RUN: penjing-opt %t/zeros.mlir --pj-resolve-choices="left=none right=relu" | FileCheck %t/zeros.mlir
// RUN: penjing-opt %t/zeros.mlir --pj-resolve-choices="left=none right=none" | FileCheck %t/zeros.mlir --check-prefix=NONE
// RUN: penjing-opt %t/trained.mlir --pj-resolve-choices="op=used" | FileCheck %t/trained.mlir

//--- example.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.size @count [8, 16]
  // CHECK-NOT:  pj.size
  // CHECK:      pj.param @conv.weight : tensor<3x3x3x3xf32> {init = #pj.init<kaiming_uniform, fan_in = 27>, role = #pj.role<weight>, trainable}
  // CHECK-NEXT: pj.param @last.weight : tensor<8x3x1x1xf32> {init = #pj.init<kaiming_uniform, fan_in = 3>, role = #pj.role<weight>, trainable}
  // CHECK-NEXT: pj.param @last.bias : tensor<8xf32> {init = #pj.init<kaiming_uniform, fan_in = 3>, role = #pj.role<bias>, trainable}
  // CHECK-NEXT: func.func @main(%[[X:.*]]: tensor<1x3x8x8xf32> {pj.name = "x"}) -> (tensor<1x8x4x8xf32> {pj.name = "y"}) {
  // SKIP:       pj.param @last.weight : tensor<16x3x1x1xf32>
  // SKIP-NOT:   pj.param @conv
  // SKIP:       func.func @main(%[[X:.*]]: tensor<1x3x8x8xf32> {pj.name = "x"}) -> (tensor<1x16x4x8xf32> {pj.name = "y"}) {
  // DUMP:       pj-resolve-choices{decisions={edge0=conv3x3 count=8}}
  func.func @main(%x: tensor<1x3x8x8xf32> {pj.name = "x"}) -> (tensor<1x?x4x8xf32, #pj.dims<[count] -> [count]>> {pj.name = "y"}) {
    // CHECK-NEXT: %[[V:.*]] = pj.use @conv.weight : tensor<3x3x3x3xf32>
    // CHECK-NEXT: %[[C:.*]] = pj.conv %[[X]], %[[V]] {pads = array<i64: 1, 1, 1, 1>}
    %0 = pj.choice @edge0 : tensor<1x3x8x8xf32>
      case skip {
        pj.yield %x : tensor<1x3x8x8xf32>
      }
      case conv3x3 {
        %1 = pj.conv_layer %x {kernel = [3, 3]} : (tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
        pj.yield %1 : tensor<1x3x8x8xf32>
      }
    // CHECK-NEXT: %[[W:.*]] = pj.use @last.weight : tensor<8x3x1x1xf32>
    // CHECK-NEXT: %[[B:.*]] = pj.use @last.bias : tensor<8xf32>
    // CHECK-NEXT: %[[Y:.*]] = pj.conv %[[C]], %[[W]], %[[B]] {strides = array<i64: 2, 1>}
    // CHECK-NEXT: return %[[Y]] : tensor<1x8x4x8xf32>
    // SKIP:       pj.conv %[[X]], %{{.*}}, %{{.*}} {strides = array<i64: 2, 1>}
    %2 = pj.conv_layer %0 {kernel = [1, 1], name = "last", strides = array<i64: 2, 1>, bias}
        : (tensor<1x3x8x8xf32>) -> tensor<1x?x4x8xf32, #pj.dims<[count] -> [count]>>
    return %2 : tensor<1x?x4x8xf32, #pj.dims<[count] -> [count]>>
  }
}

//--- nested.mlir
// A decision inside an alternative that was not taken changes nothing.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK:      func.func @main(%[[X:.*]]: tensor<4xf32>)
  // CHECK-NEXT: %[[N:.*]] = pj.neg %[[X]]
  // CHECK-NEXT: %[[R:.*]] = pj.relu %[[N]]
  // CHECK-NEXT: return %[[R]]
  // FLAT:       func.func @main(%[[X:.*]]: tensor<4xf32>)
  // FLAT-NEXT:  return %[[X]]
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %y = pj.choice @outer : tensor<4xf32>
      case flat {
        pj.yield %x : tensor<4xf32>
      }
      case deep {
        %0 = pj.neg %x : (tensor<4xf32>) -> tensor<4xf32>
        %1 = pj.choice @inner : tensor<4xf32>
          case skip {
            pj.yield %0 : tensor<4xf32>
          }
          case relu {
            %2 = pj.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
            pj.yield %2 : tensor<4xf32>
          }
        pj.yield %1 : tensor<4xf32>
      }
    return %y : tensor<4xf32>
  }
}

//--- blocks.mlir
// Instances of a block have parameters and, where they are named, decisions of their own.
!image = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
!wider = tensor<?x?x?x?xf32, #pj.dims<[H, N, W, count] -> [N, count, H, W]>>
!x = tensor<?x3x8x8xf32, #pj.dims<[N] -> [N]>>
!a = tensor<?x?x8x8xf32, #pj.dims<[N, a.count] -> [N, a.count]>>
!b = tensor<?x?x8x8xf32, #pj.dims<[N, b.count] -> [N, b.count]>>
!sum = tensor<?x?x8x8xf32, #pj.dims<[N, a.count, b.count] -> [N, b.count + a.count]>>
!in = tensor<?x?x8x8xf32, #pj.dims<[N, in] -> [N, in]>>

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.size @count [4, 6]
  pj.size @height [1, 5]
  // CHECK-NOT: pj.size
  // CHECK-DAG: pj.param @a.conv.weight : tensor<4x3x1x3xf32>
  // CHECK-DAG: pj.param @a.norm.scale : tensor<4xf32> {init = #pj.init<ones>, role = #pj.role<norm_scale>, trainable}
  // CHECK-DAG: pj.param @a.norm.shift : tensor<4xf32> {init = #pj.init<zeros>, role = #pj.role<norm_shift>, trainable}
  // CHECK-DAG: pj.param @a.norm.mean : tensor<4xf32> {init = #pj.init<zeros>, role = #pj.role<running_mean>}
  // CHECK-DAG: pj.param @a.norm.variance : tensor<4xf32> {init = #pj.init<ones>, role = #pj.role<running_variance>}
  // CHECK-DAG: pj.param @b.conv.weight : tensor<6x4x5x3xf32>
  // CHECK-DAG: pj.param @conv.weight : tensor<10x1x3x3xf32>
  // CHECK-DAG: pj.param @conv_1.weight : tensor<10x1x3x3xf32>
  // CHECK-DAG: pj.param @linear.weight : tensor<2x10xf32>
  // CHECK-NOT: @layer
  func.func private @layer(%x: !image) -> !wider attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.conv_layer %x {kernel = [@height, 3]} : (!image) -> !wider
    %1 = pj.batch_norm_layer %0 : !wider
    return %1 : !wider
  }
  // CHECK: func.func @main
  func.func @main(%x: !x) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    // CHECK: pj.conv %{{.*}} {pads = array<i64: 0, 1, 0, 1>}{{.*}} -> tensor<?x4x8x8xf32, #pj.dims<[N] -> [N]>> loc("a.conv"("conv_layer"(
    // CHECK: pj.batch_norm {{.*}} loc("a.norm"("batch_norm_layer"(
    %a = pj.apply @layer(%x) as @a : (!x) -> !a
    // CHECK: pj.conv %{{.*}} {pads = array<i64: 2, 1, 2, 1>}{{.*}} -> tensor<?x6x8x8xf32, #pj.dims<[N] -> [N]>> loc("b.conv"("conv_layer"(
    %b = pj.apply @layer(%a) as @b : (!a) -> !b
    // CHECK: %[[S:.*]] = pj.concat {{.*}} -> tensor<?x10x8x8xf32, #pj.dims<[N] -> [N]>>
    %c = pj.choice @again varies ["in"] : !in
      case no {
        pj.yield %b : !b
      }
      case yes {
        %0 = pj.concat %b, %a {axis = 1 : i32} : (!b, !a) -> !sum
        pj.yield %0 : !sum
      }
    // CHECK: %[[D:.*]] = pj.conv %[[S]], %{{.*}} {groups = 10 : i64, pads = array<i64: 1, 1, 1, 1>}{{.*}} loc("conv"("conv_layer"(
    // CHECK: %[[E:.*]] = pj.conv %[[D]], %{{.*}} {groups = 10 : i64, pads = array<i64: 1, 1, 1, 1>}{{.*}} loc("conv_1"("conv_layer"(
    %d = pj.stack @depth [1, 2] %c : !in {
    ^bb0(%k: !in):
      %0 = pj.conv_layer %k {kernel = [3, 3], depthwise} : (!in) -> !in
      pj.yield %0 : !in
    }
    // CHECK: pj.global_average_pool %[[E]]
    %g = pj.global_average_pool %d : (!in) -> tensor<?x?x1x1xf32, #pj.dims<[N, in] -> [N, in]>>
    %f = pj.reshape %g {shape = array<i64: 0, -1>}
        : (tensor<?x?x1x1xf32, #pj.dims<[N, in] -> [N, in]>>) -> tensor<?x?xf32, #pj.dims<[N, in] -> [N, in]>>
    // CHECK: pj.matmul %{{.*}} {transpose_b} : (tensor<?x10xf32, #pj.dims<[N] -> [N]>>, tensor<2x10xf32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
    %l = pj.linear_layer %f {no_bias} : (tensor<?x?xf32, #pj.dims<[N, in] -> [N, in]>>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
    return %l : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
  }
}

//--- zeros.mlir
// A dropped connection leaves nothing behind where something is added to it.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK:      func.func @main(%[[X:.*]]: tensor<4xf32>)
  // CHECK-NEXT: %[[R:.*]] = pj.relu %[[X]]
  // CHECK-NEXT: return %[[R]]
  // NONE:       %[[C:.*]] = pj.constant dense<0.000000e+00> : tensor<1xf32>
  // NONE-NEXT:  %[[Z:.*]] = pj.broadcast %[[C]], %{{.*}} : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
  // NONE-NEXT:  return %[[Z]]
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %l = pj.choice @left : tensor<4xf32>
      case none {
        %0 = pj.zeros_like %x : tensor<4xf32>
        pj.yield %0 : tensor<4xf32>
      }
      case skip {
        pj.yield %x : tensor<4xf32>
      }
    %r = pj.choice @right : tensor<4xf32>
      case none {
        %0 = pj.zeros_like %x : tensor<4xf32>
        pj.yield %0 : tensor<4xf32>
      }
      case relu {
        %0 = pj.relu %x : (tensor<4xf32>) -> tensor<4xf32>
        pj.yield %0 : tensor<4xf32>
      }
    %y = pj.add %l, %r : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

//--- trained.mlir
// Parameters and functions that the network reads stay; the others go.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK:     pj.param @used : tensor<2xf32> {role = #pj.role<constant>, value = dense<3.0
  // CHECK-NOT: @unused
  // CHECK:     func.func private @twice
  pj.param @used : tensor<2xf32> {role = #pj.role<constant>, value = dense<3.0> : tensor<2xf32>}
  pj.param @unused : tensor<2xf32> {role = #pj.role<constant>, value = dense<4.0> : tensor<2xf32>}
  func.func private @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
    %y = pj.add %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    return %y : tensor<2xf32>
  }
  // CHECK: func.func @main
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    // CHECK: pj.use @used
    // CHECK: pj.mul
    // CHECK: call @twice
    %y = pj.choice @op : tensor<2xf32>
      case used {
        %w = pj.use @used : tensor<2xf32>
        %0 = pj.mul %x, %w : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
        %1 = func.call @twice(%0) : (tensor<2xf32>) -> tensor<2xf32>
        pj.yield %1 : tensor<2xf32>
      }
      case unused {
        %w = pj.use @unused : tensor<2xf32>
        pj.yield %w : tensor<2xf32>
      }
    return %y : tensor<2xf32>
  }
}
