// Channels go by name, by ratio, by multiply-adds, by parameters; what is coupled goes along.
// RUN: split-file %s %t
// RUN: penjing-opt %t/named.mlir --pj-shrink-channels="channels=first:0" | FileCheck %s --check-prefix=NAMED
// RUN: penjing-opt %t/residual.mlir --pj-shrink-channels="ratio=0.5 round=none" | FileCheck %s --check-prefix=RATIO
// RUN: penjing-opt %t/residual.mlir --pj-shrink-channels="ratio=0.5 round=4" | FileCheck %s --check-prefix=ROUND
// RUN: penjing-opt %t/flatten.mlir --pj-shrink-channels="macs=0.4 round=none" | FileCheck %s --check-prefix=MACS
// RUN: penjing-opt %t/two-widths.mlir --pj-shrink-channels="macs=0.4 round=none" | FileCheck %s --check-prefix=SPEED
// RUN: penjing-opt %t/two-widths.mlir --pj-shrink-channels="parameters=0.4 round=none" | FileCheck %s --check-prefix=SIZE
// RUN: penjing-opt %t/two-widths.mlir --pj-remarks --pj-shrink-channels="macs=0.4 parameters=0.4 round=none" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: penjing-opt %t/two-widths.mlir --pj-remarks --pj-shrink-channels="parameters=0.4" 2>&1 | FileCheck %s --check-prefix=FALL
// RUN: penjing-opt %t/two-widths.mlir --pj-remarks --pj-shrink-channels="parameters=0.9 round=4" -o /dev/null 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: penjing-opt %t/two-widths.mlir --pj-shrink-channels="ratio=0.5 round=none layers=hidden" | FileCheck %s --check-prefix=LAYERS
// RUN: penjing-opt %t/two-widths.mlir --pj-remarks --pj-shrink-channels="channels=hidden:0" -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: penjing-opt %t/two-widths.mlir --pj-remarks --pj-shrink-channels="ratio=0" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE

//--- named.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // NAMED: dense_resource<v> : tensor<2x1xf32>
  pj.param @v : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
  // NAMED: dense_resource<w> : tensor<1x2xf32>
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %v = pj.use @v : tensor<2x2xf32>
    %w = pj.use @w : tensor<2x2xf32>
    %0 = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("first")
    // NAMED: pj.matmul %{{.*}} : (tensor<1x1xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    %1 = pj.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}
// Little-endian 2.0, 4.0 and 7.0, 8.0.
// NAMED-DAG: v: "0x400000000000004000008040"
// NAMED-DAG: w: "0x400000000000E04000000041"

//--- residual.mlir
// Channel 1 is the weakest over both branches of the add; the mask makes channel 3 as weak.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @a : tensor<4x2x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<[[[[1.0]], [[1.0]]], [[[0.1]], [[0.1]]], [[[2.0]], [[2.0]]], [[[9.0]], [[9.0]]]]> : tensor<4x2x1x1xf32>}
  pj.param @b : tensor<4x2x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<[[[[1.0]], [[1.0]]], [[[0.1]], [[0.1]]], [[[2.0]], [[2.0]]], [[[0.0]], [[0.0]]]]> : tensor<4x2x1x1xf32>}
  pj.param @m : tensor<4x2x1x1xi1> {role = #pj.role<mask>, value = dense<[[[[true]], [[true]]], [[[true]], [[true]]], [[[true]], [[true]]], [[[false]], [[false]]]]> : tensor<4x2x1x1xi1>}
  pj.param @c : tensor<1x4x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<[[[[1.0]], [[0.1]], [[2.0]], [[0.0]]]]> : tensor<1x4x1x1xf32>}
  func.func @main(%x: tensor<?x2x3x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x1x3x3xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    %a = pj.use @a : tensor<4x2x1x1xf32>
    %b = pj.use @b : tensor<4x2x1x1xf32>
    %m = pj.use @m : tensor<4x2x1x1xi1>
    %c = pj.use @c : tensor<1x4x1x1xf32>
    // RATIO: pj.masked {{.*}} -> tensor<2x2x1x1xf32>
    // ROUND: pj.masked {{.*}} -> tensor<4x2x1x1xf32>
    %p = pj.masked %a, %m : (tensor<4x2x1x1xf32>, tensor<4x2x1x1xi1>) -> tensor<4x2x1x1xf32>
    %0 = pj.conv %x, %p : (tensor<?x2x3x3xf32, #pj.dims<[N] -> [N]>>, tensor<4x2x1x1xf32>) -> tensor<?x4x3x3xf32, #pj.dims<[N] -> [N]>>
    %1 = pj.conv %x, %b : (tensor<?x2x3x3xf32, #pj.dims<[N] -> [N]>>, tensor<4x2x1x1xf32>) -> tensor<?x4x3x3xf32, #pj.dims<[N] -> [N]>>
    // RATIO: pj.add {{.*}} -> tensor<?x2x3x3xf32, #pj.dims<[N] -> [N]>>
    %2 = pj.add %0, %1 : (tensor<?x4x3x3xf32, #pj.dims<[N] -> [N]>>, tensor<?x4x3x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x4x3x3xf32, #pj.dims<[N] -> [N]>>
    %3 = pj.conv %2, %c : (tensor<?x4x3x3xf32, #pj.dims<[N] -> [N]>>, tensor<1x4x1x1xf32>) -> tensor<?x1x3x3xf32, #pj.dims<[N] -> [N]>>
    return %3 : tensor<?x1x3x3xf32, #pj.dims<[N] -> [N]>>
  }
}
// Channels 0 and 2 stay: 1.0, 1.0, 2.0, 2.0.
// RATIO: b: "0x400000000000803F0000803F0000004000000040"

//--- flatten.mlir
// A channel of the convolution owns four columns of the linear layer behind it.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @a : tensor<2x1x1x1xf32> {role = #pj.role<weight>, trainable, value = dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>}
  // MACS: dense_resource<w> : tensor<3x4xf32>
  pj.param @w : tensor<3x8xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<3x8xf32>}
  func.func @main(%x: tensor<1x1x2x2xf32>) -> tensor<1x3xf32> {
    %a = pj.use @a : tensor<2x1x1x1xf32>
    %w = pj.use @w : tensor<3x8xf32>
    %0 = pj.conv %x, %a : (tensor<1x1x2x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32>
    // MACS: pj.reshape %{{.*}} {shape = array<i64: 1, 4>} : (tensor<1x1x2x2xf32>) -> tensor<1x4xf32>
    %1 = pj.reshape %0 {shape = array<i64: 1, 8>} : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
    %2 = pj.matmul %1, %w {transpose_b} : (tensor<1x8xf32>, tensor<3x8xf32>) -> tensor<1x3xf32>
    return %2 : tensor<1x3xf32>
  }
}

//--- two-widths.mlir
// The convolution has most of the multiply-adds (8 x 9 x 64 = 4608 of 5120), the linear layers
// most of the parameters (8 x 32 + 32 + 32 x 8 = 544 of 616).
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // SPEED: dense_resource<conv> : tensor<4x1x3x3xf32>
  // SPEED: dense_resource<hidden> : tensor<4x32xf32>
  // BOTH-DAG: loc("conv"): pj-shrink-channels: removed 4 of 8 channels of conv
  // BOTH-DAG: loc("hidden"): pj-shrink-channels: removed 7 of 32 channels of hidden, {{.*}} % of their norm; {{.*}} us with 25 channels, {{.*}} us with 32 on x86-64-v3
  // BOTH-DAG: pj-shrink-channels: 2604 of 5120 multiply-adds (50.9 %) and 361 of 616 parameters (58.6 %) stay
  // FALL-DAG: loc("hidden"): pj-shrink-channels: removed 16 of 32 channels of hidden
  // FALL-DAG: loc("conv"): pj-shrink-channels: kept the 8 channels of conv: the others lose less
  // WHY-DAG: loc("conv"): pj-shrink-channels: kept the 8 channels of conv: none of them is named
  // NONE-DAG: loc("conv"): pj-shrink-channels: kept the 8 channels of conv: a share of 0 takes none of them
  // SHORT: pj-shrink-channels: kept more parameters than the 61 asked for: no width can fall further
  // SIZE: @conv : tensor<8x1x3x3xf32>
  // LAYERS: @conv : tensor<8x1x3x3xf32>
  // LAYERS: dense_resource<hidden> : tensor<8x16xf32>
  // SIZE: dense_resource<hidden> : tensor<8x17xf32>
  pj.param @conv : tensor<8x1x3x3xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<8x1x3x3xf32>}
  pj.param @hidden : tensor<8x32xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<8x32xf32>}
  pj.param @bias : tensor<32xf32> {role = #pj.role<bias>, trainable, value = dense<0.0> : tensor<32xf32>}
  pj.param @last : tensor<32x8xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<32x8xf32>}
  func.func @main(%x: tensor<1x1x8x8xf32>) -> tensor<1x8xf32> {
    %c = pj.use @conv : tensor<8x1x3x3xf32>
    %h = pj.use @hidden : tensor<8x32xf32>
    %b = pj.use @bias : tensor<32xf32>
    %l = pj.use @last : tensor<32x8xf32>
    %0 = pj.conv %x, %c {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x8x8xf32>, tensor<8x1x3x3xf32>) -> tensor<1x8x8x8xf32> loc("conv")
    %1 = pj.global_average_pool %0 : (tensor<1x8x8x8xf32>) -> tensor<1x8x1x1xf32>
    %2 = pj.reshape %1 {shape = array<i64: 1, 8>} : (tensor<1x8x1x1xf32>) -> tensor<1x8xf32>
    %3 = pj.matmul %2, %h : (tensor<1x8xf32>, tensor<8x32xf32>) -> tensor<1x32xf32> loc("hidden")
    %4 = pj.add %3, %b : (tensor<1x32xf32>, tensor<32xf32>) -> tensor<1x32xf32>
    %5 = pj.matmul %4, %l : (tensor<1x32xf32>, tensor<32x8xf32>) -> tensor<1x8xf32> loc("last")
    return %5 : tensor<1x8xf32>
  }
}
