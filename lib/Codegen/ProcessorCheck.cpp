// cpuid and xgetbv as inline assembly, and the word of the object that keeps
// their answer.
#include "ProcessorCheck.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace penjing;

/// The word: 0 nobody has asked, 1 met, 2 not met.
static constexpr StringLiteral answerName = "penjing_processor";
static constexpr StringLiteral askName = "penjing_ask_processor";

ArrayAttr penjing::baselinePassthrough(Builder &builder) {
  auto pair = [&](StringRef key, StringRef value) -> Attribute {
    return builder.getArrayAttr(
        {builder.getStringAttr(key), builder.getStringAttr(value)});
  };
  return builder.getArrayAttr({builder.getStringAttr("nounwind"),
                               pair("target-cpu", "x86-64"),
                               pair("target-features", "+xsave")});
}

namespace {

/// Builds the function that asks.
class Question {
public:
  explicit Question(ImplicitLocOpBuilder &builder) : builder(builder) {}

  /// eax, ebx, ecx, edx of a leaf.
  std::array<Value, 4> cpuid(uint32_t leaf, uint32_t subleaf) {
    return assembly("cpuid", "={ax},={bx},={cx},={dx},{ax},{cx}", 4,
                    {word(leaf), word(subleaf)});
  }

  /// The low half of XCR0.
  Value xcr0() {
    return assembly("xgetbv", "={ax},={dx},{cx}", 2, {word(0)})[0];
  }

  Value word(uint32_t value) {
    return arith::ConstantOp::create(
        builder, builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  }

  /// All bits of `mask` are set.
  Value contains(Value value, uint32_t mask) {
    Value bits = arith::AndIOp::create(builder, value, word(mask));
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, bits,
                                 word(mask));
  }

  Value contains(const CpuidBits &bits) {
    std::array<Value, 4> registers = cpuid(bits.leaf, bits.subleaf);
    std::array<uint32_t, 4> masks = {bits.eax, bits.ebx, bits.ecx, bits.edx};
    Value all;
    for (auto [value, mask] : llvm::zip(registers, masks))
      if (mask)
        all = both(all, contains(value, mask));
    return all;
  }

  Value both(Value left, Value right) {
    return left ? arith::AndIOp::create(builder, left, right) : right;
  }

private:
  std::array<Value, 4> assembly(StringRef code, StringRef constraints,
                                unsigned results, ValueRange operands) {
    SmallVector<Type> types(results, builder.getI32Type());
    auto type = LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
    Value values =
        LLVM::InlineAsmOp::create(
            builder, type, operands, code, constraints,
            /*has_side_effects=*/true, /*is_align_stack=*/false,
            LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr())
            .getRes();
    std::array<Value, 4> parts;
    for (unsigned index = 0; index < results; ++index)
      parts[index] = LLVM::ExtractValueOp::create(builder, values, index);
    return parts;
  }

  ImplicitLocOpBuilder &builder;
};

} // namespace

/// `ask() -> i32`: 1 or 2, written to the word and returned.
static func::FuncOp createQuestion(ModuleOp module, LLVM::GlobalOp answer,
                                   const CpuRequirement &requirement) {
  ImplicitLocOpBuilder builder(module.getLoc(), module.getContext());
  builder.setInsertionPointToEnd(module.getBody());
  auto ask = func::FuncOp::create(
      builder, askName, builder.getFunctionType({}, builder.getI32Type()));
  ask.setPrivate();
  ask->setAttr("llvm.linkage", LLVM::LinkageAttr::get(
                                   builder.getContext(),
                                   LLVM::Linkage::Internal));
  ask->setAttr("passthrough", baselinePassthrough(builder));
  builder.setInsertionPointToStart(ask.addEntryBlock());
  Question question(builder);

  // Leaf 7 must exist, and leaf 1 says whether xgetbv does.
  Value leaves = arith::CmpIOp::create(builder, arith::CmpIPredicate::uge,
                                       question.cpuid(0, 0)[0],
                                       question.word(7));
  Value first =
      question.both(leaves, question.contains(requirement.cpuid.front()));
  auto rest = scf::IfOp::create(
      builder, first,
      [&](OpBuilder &inner, Location loc) {
        ImplicitLocOpBuilder::InsertionGuard guard(builder);
        builder.restoreInsertionPoint(inner.saveInsertionPoint());
        Value all = question.contains(question.xcr0(), requirement.xcr0);
        for (const CpuidBits &bits : ArrayRef(requirement.cpuid).drop_front())
          all = question.both(all, question.contains(bits));
        scf::YieldOp::create(builder, all);
      },
      [&](OpBuilder &inner, Location loc) {
        Value no = arith::ConstantOp::create(inner, loc,
                                             inner.getBoolAttr(false));
        scf::YieldOp::create(inner, loc, no);
      });
  Value result = arith::SelectOp::create(builder, rest.getResult(0),
                                         question.word(1), question.word(2));
  Value place = LLVM::AddressOfOp::create(builder, answer);
  LLVM::StoreOp::create(builder, result, place, /*alignment=*/4,
                        /*isVolatile=*/false, /*isNonTemporal=*/false,
                        /*isInvariantGroup=*/false,
                        LLVM::AtomicOrdering::monotonic);
  func::ReturnOp::create(builder, result);
  return ask;
}

Value penjing::checkProcessor(ImplicitLocOpBuilder &builder, ModuleOp module,
                              const CpuRequirement &requirement) {
  auto answer = module.lookupSymbol<LLVM::GlobalOp>(answerName);
  auto ask = module.lookupSymbol<func::FuncOp>(askName);
  if (!answer) {
    OpBuilder atStart = OpBuilder::atBlockBegin(module.getBody());
    answer = LLVM::GlobalOp::create(
        atStart, module.getLoc(), builder.getI32Type(), /*isConstant=*/false,
        LLVM::Linkage::Internal, answerName, builder.getI32IntegerAttr(0),
        /*alignment=*/4);
    ask = createQuestion(module, answer, requirement);
  }
  Value place = LLVM::AddressOfOp::create(builder, answer);
  Value known = LLVM::LoadOp::create(
      builder, builder.getI32Type(), place, /*alignment=*/4,
      /*isVolatile=*/false, /*isNonTemporal=*/false, /*isInvariant=*/false,
      /*isInvariantGroup=*/false, LLVM::AtomicOrdering::monotonic);
  auto equals = [&](Value value, int32_t constant) -> Value {
    Value other = arith::ConstantOp::create(
        builder, builder.getI32IntegerAttr(constant));
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, value,
                                 other);
  };
  auto state = scf::IfOp::create(
      builder, equals(known, 0),
      [&](OpBuilder &inner, Location loc) {
        auto call = func::CallOp::create(inner, loc, ask, ValueRange());
        scf::YieldOp::create(inner, loc, call.getResults());
      },
      [&](OpBuilder &inner, Location loc) {
        scf::YieldOp::create(inner, loc, known);
      });
  return equals(state.getResult(0), 1);
}
