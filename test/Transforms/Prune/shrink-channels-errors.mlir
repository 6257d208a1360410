// What pj-shrink-channels refuses.
// RUN: not penjing-opt %s --pj-shrink-channels="ratio=0.5 macs=0.5" 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: not penjing-opt %s --pj-shrink-channels="channels=first:0 parameters=0.5" 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: not penjing-opt %s --pj-shrink-channels 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not penjing-opt %s --pj-shrink-channels="macs=0.5 parameters=1" 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not penjing-opt %s --pj-shrink-channels="ratio=1.5" 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not penjing-opt %s --pj-shrink-channels="ratio=0.5 round=0" 2>&1 | FileCheck %s --check-prefix=ROUND
// RUN: not penjing-opt %s --pj-shrink-channels="channels=absent:0" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not penjing-opt %s --pj-shrink-channels="ratio=0.5 layers=absent" 2>&1 | FileCheck %s --check-prefix=LAYERS
// RUN: not penjing-opt %s --pj-shrink-channels="channels=first:7" 2>&1 | FileCheck %s --check-prefix=INDEX
// RUN: not penjing-opt %s --pj-shrink-channels="channels=last:0" 2>&1 | FileCheck %s --check-prefix=PINNED
// RUN: not penjing-opt %s --pj-shrink-channels="channels=first:0+1" 2>&1 | FileCheck %s --check-prefix=ALL

// TWO: requires one of the options 'ratio', 'channels', and 'macs' or 'parameters' or both, but got 2
// NONE: requires one of the options 'ratio', 'channels', and 'macs' or 'parameters' or both, but got 0
// SIZE: requires option "parameters" in [0, 1), but got "1"
// RANGE: requires option "ratio" in [0, 1), but got "1.5"
// ROUND: requires option "round"
// LAYERS: requires option "layers" to name nodes of the model, but found none called "absent"
// NAME: requires the name of a convolution or matrix product in option 'channels', but got 'absent'
// INDEX: requires channels from 0 to 1 in option 'channels', but got '7'
// PINNED: requires a channel that may go, but channel 0 must stay: it is an output
// ALL: requires a channel that stays, but all 2 were named
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @v : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %v = pj.use @v : tensor<2x2xf32>
    %0 = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("first")
    %w = pj.constant dense<1.0> : tensor<2x2xf32>
    %r = pj.relu %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
    %u = pj.use @u : tensor<2x2xf32>
    %1 = pj.matmul %r, %u : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("last")
    return %1 : tensor<1x2xf32>
  }
  pj.param @u : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<2x2xf32>}
}
