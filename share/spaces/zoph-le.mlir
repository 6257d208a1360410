// Zoph and Le's space (2017) for images of 1 x 28 x 28 in 10 classes: up to six
// convolutions, each with its own filter height, filter width, filter count and
// skip connections from earlier layers.
//
// A layer reads the one before it, and each earlier layer it is connected to:
// their channels are concatenated. The image is halved behind layers 1 and 3;
// what skips a halving is halved as well.

!image = tensor<?x1x28x28xf32, #pj.dims<[N] -> [N]>>
!map = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
!filtered = tensor<?x?x?x?xf32, #pj.dims<[H, N, W, count] -> [N, count, H, W]>>
// Results of layers (a), halved once (p) or to 7 x 7 (q); inputs with connections.
!a1 = tensor<?x?x28x28xf32, #pj.dims<[N, layer1.count] -> [N, layer1.count]>>
!a2 = tensor<?x?x14x14xf32, #pj.dims<[N, layer2.count] -> [N, layer2.count]>>
!a3 = tensor<?x?x14x14xf32, #pj.dims<[N, layer3.count] -> [N, layer3.count]>>
!a4 = tensor<?x?x7x7xf32, #pj.dims<[N, layer4.count] -> [N, layer4.count]>>
!a5 = tensor<?x?x7x7xf32, #pj.dims<[N, layer5.count] -> [N, layer5.count]>>
!a6 = tensor<?x?x7x7xf32, #pj.dims<[N, layer6.count] -> [N, layer6.count]>>
!p1 = tensor<?x?x14x14xf32, #pj.dims<[N, layer1.count] -> [N, layer1.count]>>
!q1 = tensor<?x?x7x7xf32, #pj.dims<[N, layer1.count] -> [N, layer1.count]>>
!q2 = tensor<?x?x7x7xf32, #pj.dims<[N, layer2.count] -> [N, layer2.count]>>
!q3 = tensor<?x?x7x7xf32, #pj.dims<[N, layer3.count] -> [N, layer3.count]>>
!in3 = tensor<?x?x14x14xf32, #pj.dims<[N, in3] -> [N, in3]>>
!in3_more = tensor<?x?x14x14xf32, #pj.dims<[N, layer1.count, layer2.count] -> [N, layer2.count + layer1.count]>>
!in4_1 = tensor<?x?x7x7xf32, #pj.dims<[N, in4.1] -> [N, in4.1]>>
!in4_1_more = tensor<?x?x7x7xf32, #pj.dims<[N, layer1.count, layer3.count] -> [N, layer3.count + layer1.count]>>
!in4 = tensor<?x?x7x7xf32, #pj.dims<[N, in4] -> [N, in4]>>
!in4_more = tensor<?x?x7x7xf32, #pj.dims<[N, in4.1, layer2.count] -> [N, in4.1 + layer2.count]>>
!in5_1 = tensor<?x?x7x7xf32, #pj.dims<[N, in5.1] -> [N, in5.1]>>
!in5_1_more = tensor<?x?x7x7xf32, #pj.dims<[N, layer1.count, layer4.count] -> [N, layer4.count + layer1.count]>>
!in5_2 = tensor<?x?x7x7xf32, #pj.dims<[N, in5.2] -> [N, in5.2]>>
!in5_2_more = tensor<?x?x7x7xf32, #pj.dims<[N, in5.1, layer2.count] -> [N, in5.1 + layer2.count]>>
!in5 = tensor<?x?x7x7xf32, #pj.dims<[N, in5] -> [N, in5]>>
!in5_more = tensor<?x?x7x7xf32, #pj.dims<[N, in5.2, layer3.count] -> [N, in5.2 + layer3.count]>>
!in6_1 = tensor<?x?x7x7xf32, #pj.dims<[N, in6.1] -> [N, in6.1]>>
!in6_1_more = tensor<?x?x7x7xf32, #pj.dims<[N, layer1.count, layer5.count] -> [N, layer5.count + layer1.count]>>
!in6_2 = tensor<?x?x7x7xf32, #pj.dims<[N, in6.2] -> [N, in6.2]>>
!in6_2_more = tensor<?x?x7x7xf32, #pj.dims<[N, in6.1, layer2.count] -> [N, in6.1 + layer2.count]>>
!in6_3 = tensor<?x?x7x7xf32, #pj.dims<[N, in6.3] -> [N, in6.3]>>
!in6_3_more = tensor<?x?x7x7xf32, #pj.dims<[N, in6.2, layer3.count] -> [N, in6.2 + layer3.count]>>
!in6 = tensor<?x?x7x7xf32, #pj.dims<[N, in6] -> [N, in6]>>
!in6_more = tensor<?x?x7x7xf32, #pj.dims<[N, in6.3, layer4.count] -> [N, in6.3 + layer4.count]>>
!features = tensor<?x?x7x7xf32, #pj.dims<[N, features] -> [N, features]>>

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.size @height [1, 3, 5, 7]
  pj.size @width [1, 3, 5, 7]
  pj.size @count [24, 36, 48, 64]

  func.func private @layer(%x: !map) -> !filtered attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.conv_layer %x {kernel = [@height, @width]} : (!map) -> !filtered
    %1 = pj.batch_norm_layer %0 : !filtered
    %2 = pj.relu %1 : (!filtered) -> !filtered
    return %2 : !filtered
  }

  func.func @main(%image: !image {pj.name = "image"})
      -> (tensor<?x10xf32, #pj.dims<[N] -> [N]>> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    // Pixels come raw, from 0 to 255.
    %scale = pj.constant dense<0.00392156886> : tensor<f32>
    %pixels = pj.mul %image, %scale : (!image, tensor<f32>) -> !image
    // 28 x 28
    %a1 = pj.apply @layer(%pixels) as @layer1 : (!image) -> !a1
    %p1 = pj.max_pool %a1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (!a1) -> !p1
    // 14 x 14
    %a2 = pj.apply @layer(%p1) as @layer2 : (!p1) -> !a2
    %in3 = pj.choice @layer3.from1 varies ["in3"] : !in3
      case no {
        pj.yield %a2 : !a2
      }
      case yes {
        %0 = pj.concat %a2, %p1 {axis = 1 : i32} : (!a2, !p1) -> !in3_more
        pj.yield %0 : !in3_more
      }
    %a3 = pj.apply @layer(%in3) as @layer3 : (!in3) -> !a3
    // 7 x 7
    %q1 = pj.max_pool %p1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (!p1) -> !q1
    %q2 = pj.max_pool %a2 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (!a2) -> !q2
    %q3 = pj.max_pool %a3 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (!a3) -> !q3
    %in4_1 = pj.choice @layer4.from1 varies ["in4.1"] : !in4_1
      case no {
        pj.yield %q3 : !q3
      }
      case yes {
        %0 = pj.concat %q3, %q1 {axis = 1 : i32} : (!q3, !q1) -> !in4_1_more
        pj.yield %0 : !in4_1_more
      }
    %in4 = pj.choice @layer4.from2 varies ["in4"] : !in4
      case no {
        pj.yield %in4_1 : !in4_1
      }
      case yes {
        %0 = pj.concat %in4_1, %q2 {axis = 1 : i32} : (!in4_1, !q2) -> !in4_more
        pj.yield %0 : !in4_more
      }
    %a4 = pj.apply @layer(%in4) as @layer4 : (!in4) -> !a4
    %in5_1 = pj.choice @layer5.from1 varies ["in5.1"] : !in5_1
      case no {
        pj.yield %a4 : !a4
      }
      case yes {
        %0 = pj.concat %a4, %q1 {axis = 1 : i32} : (!a4, !q1) -> !in5_1_more
        pj.yield %0 : !in5_1_more
      }
    %in5_2 = pj.choice @layer5.from2 varies ["in5.2"] : !in5_2
      case no {
        pj.yield %in5_1 : !in5_1
      }
      case yes {
        %0 = pj.concat %in5_1, %q2 {axis = 1 : i32} : (!in5_1, !q2) -> !in5_2_more
        pj.yield %0 : !in5_2_more
      }
    %in5 = pj.choice @layer5.from3 varies ["in5"] : !in5
      case no {
        pj.yield %in5_2 : !in5_2
      }
      case yes {
        %0 = pj.concat %in5_2, %q3 {axis = 1 : i32} : (!in5_2, !q3) -> !in5_more
        pj.yield %0 : !in5_more
      }
    %a5 = pj.apply @layer(%in5) as @layer5 : (!in5) -> !a5
    %in6_1 = pj.choice @layer6.from1 varies ["in6.1"] : !in6_1
      case no {
        pj.yield %a5 : !a5
      }
      case yes {
        %0 = pj.concat %a5, %q1 {axis = 1 : i32} : (!a5, !q1) -> !in6_1_more
        pj.yield %0 : !in6_1_more
      }
    %in6_2 = pj.choice @layer6.from2 varies ["in6.2"] : !in6_2
      case no {
        pj.yield %in6_1 : !in6_1
      }
      case yes {
        %0 = pj.concat %in6_1, %q2 {axis = 1 : i32} : (!in6_1, !q2) -> !in6_2_more
        pj.yield %0 : !in6_2_more
      }
    %in6_3 = pj.choice @layer6.from3 varies ["in6.3"] : !in6_3
      case no {
        pj.yield %in6_2 : !in6_2
      }
      case yes {
        %0 = pj.concat %in6_2, %q3 {axis = 1 : i32} : (!in6_2, !q3) -> !in6_3_more
        pj.yield %0 : !in6_3_more
      }
    %in6 = pj.choice @layer6.from4 varies ["in6"] : !in6
      case no {
        pj.yield %in6_3 : !in6_3
      }
      case yes {
        %0 = pj.concat %in6_3, %a4 {axis = 1 : i32} : (!in6_3, !a4) -> !in6_more
        pj.yield %0 : !in6_more
      }
    %a6 = pj.apply @layer(%in6) as @layer6 : (!in6) -> !a6
    // Layers that nobody reads are not part of the network.
    %last = pj.choice @layers varies ["features"] : !features
      case two {
        pj.yield %q2 : !q2
      }
      case three {
        pj.yield %q3 : !q3
      }
      case four {
        pj.yield %a4 : !a4
      }
      case five {
        pj.yield %a5 : !a5
      }
      case six {
        pj.yield %a6 : !a6
      }
    %1 = pj.global_average_pool %last : (!features) -> tensor<?x?x1x1xf32, #pj.dims<[N, features] -> [N, features]>>
    %2 = pj.reshape %1 {shape = array<i64: 0, -1>} : (tensor<?x?x1x1xf32, #pj.dims<[N, features] -> [N, features]>>)
        -> tensor<?x?xf32, #pj.dims<[N, features] -> [N, features]>>
    %3 = pj.linear_layer %2 {name = "classifier"}
        : (tensor<?x?xf32, #pj.dims<[N, features] -> [N, features]>>) -> tensor<?x10xf32, #pj.dims<[N] -> [N]>>
    return %3 : tensor<?x10xf32, #pj.dims<[N] -> [N]>>
  }
}
