// The space of NAS-Bench-Macro (Su et al. 2021) for images of 3 x 32 x 32 in 10
// classes: 8 layers of MobileNetV2 blocks, 3 choices each, 6,561 networks.
//
// The table of the benchmark writes a network as one digit a layer: 0 identity,
// 1 a block of expansion 3 and a 3x3 filter (mb3), 2 of expansion 6 and 5x5 (mb6).
// The first layer of a stage halves the image and doubles the channels; there the
// identity is a strided 1x1 convolution.

!image = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
!image3 = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C * 3, H, W]>>
!image6 = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C * 6, H, W]>>
// An image of even height and width, expanded; and one of half the size.
!large = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H * 2, W * 2]>>
!large3 = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C * 3, H * 2, W * 2]>>
!large6 = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C * 6, H * 2, W * 2]>>
!small = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C * 2, H, W]>>

!x32 = tensor<?x32x32x32xf32, #pj.dims<[N] -> [N]>>
!x64 = tensor<?x64x16x16xf32, #pj.dims<[N] -> [N]>>
!x128 = tensor<?x128x8x8xf32, #pj.dims<[N] -> [N]>>
!x256 = tensor<?x256x4x4xf32, #pj.dims<[N] -> [N]>>
!x1280 = tensor<?x1280x4x4xf32, #pj.dims<[N] -> [N]>>
!pixels = tensor<?x3x32x32xf32, #pj.dims<[N] -> [N]>>

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {

  // The first layer of a stage.
  func.func private @first(%x: !large) -> !small attributes {pj.dims = ["N", "C", "H", "W"]} {
    %y = pj.choice @self : !small
      case identity {
        %0 = pj.conv_layer %x {kernel = [1, 1], strides = array<i64: 2, 2>, name = "identity"} : (!large) -> !small
        %1 = pj.batch_norm_layer %0 : !small
        pj.yield %1 : !small
      }
      case mb3 {
        %0 = pj.conv_layer %x {kernel = [1, 1], name = "expand"} : (!large) -> !large3
        %1 = pj.batch_norm_layer %0 : !large3
        %2 = pj.clip %1 {min = 0.0 : f64, max = 6.0 : f64} : (!large3) -> !large3
        %3 = pj.conv_layer %2 {kernel = [3, 3], strides = array<i64: 2, 2>, depthwise, name = "depthwise"} : (!large3) -> !image3
        %4 = pj.batch_norm_layer %3 : !image3
        %5 = pj.clip %4 {min = 0.0 : f64, max = 6.0 : f64} : (!image3) -> !image3
        %6 = pj.conv_layer %5 {kernel = [1, 1], name = "project"} : (!image3) -> !small
        %7 = pj.batch_norm_layer %6 : !small
        pj.yield %7 : !small
      }
      case mb6 {
        %0 = pj.conv_layer %x {kernel = [1, 1], name = "expand"} : (!large) -> !large6
        %1 = pj.batch_norm_layer %0 : !large6
        %2 = pj.clip %1 {min = 0.0 : f64, max = 6.0 : f64} : (!large6) -> !large6
        %3 = pj.conv_layer %2 {kernel = [5, 5], strides = array<i64: 2, 2>, depthwise, name = "depthwise"} : (!large6) -> !image6
        %4 = pj.batch_norm_layer %3 : !image6
        %5 = pj.clip %4 {min = 0.0 : f64, max = 6.0 : f64} : (!image6) -> !image6
        %6 = pj.conv_layer %5 {kernel = [1, 1], name = "project"} : (!image6) -> !small
        %7 = pj.batch_norm_layer %6 : !small
        pj.yield %7 : !small
      }
    return %y : !small
  }

  // Any other layer: it adds to its input.
  func.func private @layer(%x: !image) -> !image attributes {pj.dims = ["N", "C", "H", "W"]} {
    %y = pj.choice @self : !image
      case identity {
        pj.yield %x : !image
      }
      case mb3 {
        %0 = pj.conv_layer %x {kernel = [1, 1], name = "expand"} : (!image) -> !image3
        %1 = pj.batch_norm_layer %0 : !image3
        %2 = pj.clip %1 {min = 0.0 : f64, max = 6.0 : f64} : (!image3) -> !image3
        %3 = pj.conv_layer %2 {kernel = [3, 3], depthwise, name = "depthwise"} : (!image3) -> !image3
        %4 = pj.batch_norm_layer %3 : !image3
        %5 = pj.clip %4 {min = 0.0 : f64, max = 6.0 : f64} : (!image3) -> !image3
        %6 = pj.conv_layer %5 {kernel = [1, 1], name = "project"} : (!image3) -> !image
        %7 = pj.batch_norm_layer %6 : !image
        %8 = pj.add %x, %7 : (!image, !image) -> !image
        pj.yield %8 : !image
      }
      case mb6 {
        %0 = pj.conv_layer %x {kernel = [1, 1], name = "expand"} : (!image) -> !image6
        %1 = pj.batch_norm_layer %0 : !image6
        %2 = pj.clip %1 {min = 0.0 : f64, max = 6.0 : f64} : (!image6) -> !image6
        %3 = pj.conv_layer %2 {kernel = [5, 5], depthwise, name = "depthwise"} : (!image6) -> !image6
        %4 = pj.batch_norm_layer %3 : !image6
        %5 = pj.clip %4 {min = 0.0 : f64, max = 6.0 : f64} : (!image6) -> !image6
        %6 = pj.conv_layer %5 {kernel = [1, 1], name = "project"} : (!image6) -> !image
        %7 = pj.batch_norm_layer %6 : !image
        %8 = pj.add %x, %7 : (!image, !image) -> !image
        pj.yield %8 : !image
      }
    return %y : !image
  }

  func.func @main(%image: !pixels {pj.name = "image"})
      -> (tensor<?x10xf32, #pj.dims<[N] -> [N]>> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    // Pixels come raw, from 0 to 255.
    %scale = pj.constant dense<0.00392156886> : tensor<f32>
    %pixels = pj.mul %image, %scale : (!pixels, tensor<f32>) -> !pixels
    %0 = pj.conv_layer %pixels {kernel = [3, 3], name = "stem"} : (!pixels) -> !x32
    %1 = pj.batch_norm_layer %0 : !x32
    %2 = pj.clip %1 {min = 0.0 : f64, max = 6.0 : f64} : (!x32) -> !x32
    %l1 = pj.apply @first(%2) as @layer1 : (!x32) -> !x64
    %l2 = pj.apply @layer(%l1) as @layer2 : (!x64) -> !x64
    %l3 = pj.apply @first(%l2) as @layer3 : (!x64) -> !x128
    %l4 = pj.apply @layer(%l3) as @layer4 : (!x128) -> !x128
    %l5 = pj.apply @layer(%l4) as @layer5 : (!x128) -> !x128
    %l6 = pj.apply @first(%l5) as @layer6 : (!x128) -> !x256
    %l7 = pj.apply @layer(%l6) as @layer7 : (!x256) -> !x256
    %l8 = pj.apply @layer(%l7) as @layer8 : (!x256) -> !x256
    %3 = pj.conv_layer %l8 {kernel = [1, 1], name = "features"} : (!x256) -> !x1280
    %4 = pj.batch_norm_layer %3 : !x1280
    %5 = pj.clip %4 {min = 0.0 : f64, max = 6.0 : f64} : (!x1280) -> !x1280
    %6 = pj.global_average_pool %5 : (!x1280) -> tensor<?x1280x1x1xf32, #pj.dims<[N] -> [N]>>
    %7 = pj.reshape %6 {shape = array<i64: 0, -1>}
        : (tensor<?x1280x1x1xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x1280xf32, #pj.dims<[N] -> [N]>>
    %8 = pj.linear_layer %7 {name = "classifier"}
        : (tensor<?x1280xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x10xf32, #pj.dims<[N] -> [N]>>
    return %8 : tensor<?x10xf32, #pj.dims<[N] -> [N]>>
  }
}
