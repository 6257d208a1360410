// Reading the grids of quantized tensors: scale, zero point, axis.
#include "ImportGrid.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

bool Grid::operator==(const Grid &other) const {
  if (type != other.type || axis != other.axis || scale->type != other.scale->type ||
      scale->count != other.scale->count)
    return false;
  for (uint64_t i = 0; i < scale->count; ++i)
    if (scale->valueAt(i) != other.scale->valueAt(i) || zeroAt(i) != other.zeroAt(i))
      return false;
  return true;
}

std::optional<IntegerRange> onnx_ir::rangeOf(int32_t type) {
  switch (type) {
  case Int4: return IntegerRange{4, true};
  case UInt4: return IntegerRange{4, false};
  case Int8: return IntegerRange{8, true};
  case UInt8: return IntegerRange{8, false};
  case Int16: return IntegerRange{16, true};
  case UInt16: return IntegerRange{16, false};
  case Int32: return IntegerRange{32, true};
  default: return std::nullopt;
  }
}

std::optional<Grid> onnx_ir::readGrid(NodeImport &node, ArrayRef<int64_t> dims, int32_t type) {
  Grid grid;
  grid.type = type;
  grid.scale = node.constant(1, "a scale");
  int64_t axis = node.opset() >= 13 ? node.integer("axis", 1) : 1;
  if (node.opset() >= 21 && node.integer("block_size", 0) != 0)
    node.emitError() << "requires scales per tensor or per axis, but got blocks of "
                     << node.integer("block_size", 0);
  node.ignore("saturate");
  node.ignore("output_dtype");
  if (node.has(2))
    grid.zero = node.constant(2, "a zero point");
  if (!grid.scale || node.hasErrors())
    return std::nullopt;
  if (grid.scale->type != Float && grid.scale->type != Float16 && grid.scale->type != BFloat16) {
    node.emitError() << "requires a float scale, but got " << dataTypeName(grid.scale->type);
    return std::nullopt;
  }
  if (grid.zero && grid.zero->type != type) {
    node.emitError() << "requires a zero point of type " << dataTypeName(type) << ", but got "
                     << dataTypeName(grid.zero->type);
    return std::nullopt;
  }
  if (grid.zero && grid.zero->count != grid.scale->count) {
    node.emitError() << "requires as many zero points as scales, but got " << grid.zero->count << " and "
                     << grid.scale->count;
    return std::nullopt;
  }
  for (uint64_t i = 0; i < grid.scale->count; ++i)
    if (double s = grid.scale->valueAt(i); !(s > 0) || !std::isfinite(s)) {
      node.emitError() << "requires scales that are positive and finite, but got " << s;
      return std::nullopt;
    }
  if (grid.scale->count != 1 || grid.scale->dims.size() > 1) {
    if (grid.scale->dims.size() != 1) {
      node.emitError() << "requires a scale of rank 0 or 1, but got rank " << grid.scale->dims.size();
      return std::nullopt;
    }
    axis = node.axis(axis, dims.size());
    if (node.hasErrors())
      return std::nullopt;
    if (dims[axis] != grid.scale->dims[0]) {
      node.emitError() << "requires a scale for each of " << dims[axis] << " elements of axis " << axis
                       << ", but got " << grid.scale->dims[0];
      return std::nullopt;
    }
    grid.axis = axis;
  } else if (grid.scale->dims.size() == 1 && !dims.empty() && axis >= -int64_t(dims.size()) &&
             axis < int64_t(dims.size()) && dims[axis < 0 ? axis + dims.size() : axis] == 1) {
    grid.axis = axis < 0 ? axis + dims.size() : axis;
  }
  return grid;
}

/// The zero points as i32, the type they have in the dialect.
static Tensor *zeroParameter(NodeImport &node, const Grid &grid) {
  Tensor zero;
  zero.name = grid.zero ? grid.zero->name : node.node.name + "_zero_point";
  zero.type = Int32;
  if (grid.axis)
    zero.dims.push_back(grid.scale->count);
  zero.count = grid.scale->count;
  for (uint64_t i = 0; i < zero.count; ++i) {
    int32_t value = int32_t(grid.zeroAt(i));
    zero.bytes.append(reinterpret_cast<const char *>(&value), sizeof(value));
  }
  return node.graph.own(std::move(zero));
}

GridParameters onnx_ir::readGridParameters(NodeImport &node, const Grid &grid) {
  GraphImport &graph = node.graph;
  const Tensor *&zero = graph.zeroParameters[{grid.zero ? grid.zero : grid.scale, unsigned(grid.axis.has_value())}];
  if (!zero)
    zero = zeroParameter(node, grid);
  const Tensor *scale = grid.scale;
  if (!grid.axis && !scale->dims.empty()) { // [1] for a scalar
    const Tensor *&scalar = graph.scalarScales[scale];
    if (!scalar) {
      Tensor copy = *scale;
      copy.dims.clear();
      scalar = graph.own(std::move(copy));
    }
    scale = scalar;
  }
  auto file = FileLineColLoc::get(node.context(), graph.errors.fileName(), 0, 0);
  return {graph.readParameter(scale, file, node.location, Role::QuantScale, false),
          graph.readParameter(zero, file, node.location, Role::ZeroPoint, false)};
}
