// Reading the sliding window of convolutions and pools, auto_pad included.
#include "ImportWindow.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

/// Pads that make the output as large as the image divided by the stride,
/// rounded up; the odd one behind (upper) or before (lower).
static bool padToSame(NodeImport &node, RankedTensorType image, bool upper, WindowAttributes &window) {
  for (unsigned i = 0; i < 2; ++i) {
    int64_t size = image.getDimSize(2 + i), stride = window.strides[i];
    constexpr int64_t kLimit = int64_t(1) << 31;
    if (ShapedType::isDynamic(size)) {
      node.emitError() << "requires a static height and width for auto_pad, but got " << image
                       << "; bind them with --shape";
      return false;
    }
    for (int64_t number : {size, stride, window.dilations[i], window.kernel[i]})
      if (number < 1 || number > kLimit) {
        node.emitError() << "requires window sizes from 1 to 2^31 for auto_pad, but got " << number;
        return false;
      }
    int64_t reach = window.dilations[i] * (window.kernel[i] - 1) + 1;
    int64_t total = std::max<int64_t>(((size + stride - 1) / stride - 1) * stride + reach - size, 0);
    window.pads[i] = upper ? total / 2 : total - total / 2;
    window.pads[i + 2] = total - window.pads[i];
  }
  return true;
}

std::optional<WindowAttributes> onnx_ir::readWindow(NodeImport &node, Value image,
                                                    ArrayRef<int64_t> kernel, bool dilated) {
  if (!image)
    return std::nullopt;
  auto type = cast<RankedTensorType>(image.getType());
  if (type.getRank() != 4) {
    node.emitError() << "requires an image of rank 4 (two spatial dimensions), but got rank " << type.getRank();
    return std::nullopt;
  }
  WindowAttributes window;
  window.kernel.assign(kernel.begin(), kernel.end());
  if (auto shape = node.integerList("kernel_shape")) {
    if (!kernel.empty() && ArrayRef(*shape) != kernel) {
      auto diagnostic = node.emitError() << "requires the weight's kernel [";
      llvm::interleaveComma(kernel, diagnostic);
      diagnostic << "] as kernel_shape, but got [";
      llvm::interleaveComma(*shape, diagnostic);
      diagnostic << "]";
    }
    window.kernel = *shape;
  } else if (kernel.empty() && !node.hasErrors()) {
    node.emitError() << "requires attribute 'kernel_shape', but got none";
  }
  auto pair = [&](StringRef name, SmallVector<int64_t> &values, size_t count) {
    auto list = node.integerList(name);
    if (list && list->size() != count)
      node.emitError() << "requires " << count << " numbers in '" << name << "', but got " << list->size();
    else if (list)
      values = *list;
  };
  pair("strides", window.strides, 2);
  if (dilated)
    pair("dilations", window.dilations, 2);
  pair("pads", window.pads, 4);
  if (window.kernel.size() != 2 && !node.hasErrors())
    node.emitError() << "requires a kernel of two dimensions, but got " << window.kernel.size();
  std::string mode = node.text("auto_pad", "NOTSET");
  if (node.hasErrors())
    return std::nullopt;
  if (mode == "NOTSET")
    return window;
  window.automatic = true;
  if (llvm::any_of(window.pads, [](int64_t p) { return p != 0; })) {
    node.emitError() << "requires either pads or auto_pad, but got both";
    return std::nullopt;
  }
  if (mode == "VALID")
    return window;
  if (mode != "SAME_UPPER" && mode != "SAME_LOWER") {
    node.emitError() << "requires auto_pad to be NOTSET, VALID, SAME_UPPER or SAME_LOWER, but got '" << mode << "'";
    return std::nullopt;
  }
  if (!padToSame(node, type, mode == "SAME_UPPER", window))
    return std::nullopt;
  return window;
}
