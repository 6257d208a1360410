// A space becomes the best of its candidates, trained.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-search="trials=0" | FileCheck %t/example.mlir
// RUN: %python %inputs/linear.py %t
// RUN: cd %t && penjing-opt %inputs/hidden-layers.mlir --pj-search="trials=3 batch=2 seed=5 searcher=random data=data.npz held-out=100 train={pj-train{epochs=2 batch=20 lr=0.1}}" -o best.mlir
// RUN: FileCheck %t/best.txt --input-file %t/best.mlir
// RUN: cd %t && penjing-opt %inputs/hidden-layers.mlir --pj-search="trials=3 batch=2 seed=5 searcher=random data=data.npz held-out=100 jobs=2 train={pj-train{epochs=2 batch=20 lr=0.1}}" | diff - best.mlir

//--- example.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK: pj.param @conv.weight : tensor<8x3x3x3xf32>
  // CHECK: func.func @main(%{{.*}}: tensor<1x3x8x8xf32>) -> tensor<1x8x8x8xf32>
  pj.size @count [8, 16]
  func.func @main(%x: tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>> {
    %0 = pj.conv_layer %x {kernel = [3, 3], name = "conv"}
        : (tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>>
    return %0 : tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>>
  }
}

//--- best.txt
CHECK-NOT: pj.size
CHECK: pj.param @{{.*}} : tensor<{{.*}}> {{{.*}}value = dense
CHECK: pj.matmul
