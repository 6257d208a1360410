// The table of op types this importer knows, each with its rule.
#include "GraphImport.h"

using namespace penjing;
using namespace penjing::onnx_ir;

namespace {
struct Row {
  llvm::StringLiteral op;
  ImportRule rule;
};
} // namespace

static constexpr Row kRows[] = {
    {"Add", importAdd},
    {"AveragePool", importAveragePool},
    {"BatchNormalization", importBatchNormalization},
    {"Cast", importCast},
    {"Clip", importClip},
    {"Concat", importConcat},
    {"Constant", importConstant},
    {"ConstantOfShape", importConstantOfShape},
    {"Conv", importConv},
    {"DequantizeLinear", importDequantizeLinear},
    {"Div", importDiv},
    {"Dropout", importDropout},
    {"Exp", importExp},
    {"Flatten", importFlatten},
    {"Gemm", importGemm},
    {"GlobalAveragePool", importGlobalAveragePool},
    {"Identity", importIdentity},
    {"Log", importLog},
    {"MatMul", importMatMul},
    {"MaxPool", importMaxPool},
    {"Mul", importMul},
    {"Neg", importNeg},
    {"Pad", importPad},
    {"QuantizeLinear", importQuantizeLinear},
    {"Relu", importRelu},
    {"Reshape", importReshape},
    {"Sigmoid", importSigmoid},
    {"Softmax", importSoftmax},
    {"Sqrt", importSqrt},
    {"Sub", importSub},
    {"Sum", importSum},
    {"Tanh", importTanh},
    {"Transpose", importTranspose},
};

ImportRule onnx_ir::findRule(llvm::StringRef op) {
  for (const Row &row : kRows)
    if (row.op == op)
      return row.rule;
  return nullptr;
}

std::string onnx_ir::supportedOps() {
  std::string text;
  for (const Row &row : kRows)
    text += (text.empty() ? "" : ", ") + row.op.str();
  return text;
}
