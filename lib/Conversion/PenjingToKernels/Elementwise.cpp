// Elementwise ops and chains of them: one map each.
#include "KernelWriter.h"
#include "ScalarBodies.h"

#include "penjing/Analysis/Elementwise.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::writeElementwise(KernelWriter &writer, Operation *op) {
  SmallVector<Operation *> members;
  if (auto fused = dyn_cast<FusedOp>(op))
    for (Operation &member : fused.getBody().front().without_terminator())
      members.push_back(&member);
  else
    members.push_back(op);

  SmallVector<KernelWriter::Operand> inputs;
  // Operand of a member -> place among the inputs; the others are values inside.
  llvm::DenseMap<OpOperand *, unsigned> places;
  for (Operation *member : members) {
    if (std::string obstacle = scalarObstacle(member); !obstacle.empty())
      return member->emitError(obstacle);
    for (OpOperand &operand : member->getOpOperands())
      if (operand.get().getParentRegion() == op->getParentRegion()) {
        places[&operand] = inputs.size();
        View view = alignedView(member, operand.getOperandNumber(), viewOf(operand.get()));
        inputs.push_back(writer.operand(view, operand.get()));
      }
  }
  Value result = op->getResult(0);
  std::string hint = members.front()->getName().stripDialect().str();
  return writer.map(hint, inputs, writer.operand(viewOf(result), result),
                    [&](ImplicitLocOpBuilder &b, ValueRange arguments) {
                      llvm::DenseMap<Value, Value> values;
                      Value last;
                      for (Operation *member : members) {
                        SmallVector<Value> operands;
                        for (OpOperand &operand : member->getOpOperands()) {
                          auto place = places.find(&operand);
                          operands.push_back(place != places.end() ? arguments[place->second]
                                                                   : values[operand.get()]);
                        }
                        last = scalarBody(b, member, operands);
                        values[member->getResult(0)] = last;
                      }
                      return last;
                    });
}
