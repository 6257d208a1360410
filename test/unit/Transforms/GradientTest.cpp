// Every gradient rule against central differences, on random legal instances.
#include "GradientProblem.h"

using namespace mlir;
using namespace penjing;

namespace {

/// Instances of each test.
constexpr unsigned kInstances = 6;

template <typename Build> void checkInstances(Build build) {
  for (unsigned seed = 0; seed < kInstances; ++seed) {
    GradientContext context;
    GradientProblem problem(context.get(), seed);
    build(problem);
    problem.check();
    if (testing::Test::HasFailure())
      return;
  }
}

/// Two shapes that broadcast with each other.
std::pair<Shape, Shape> broadcastable(GradientProblem &p) {
  Shape common = p.shape(p.integer(0, 4));
  auto part = [&] {
    Shape shape(ArrayRef(common).drop_front(p.integer(0, common.size())));
    for (int64_t &size : shape)
      if (p.integer(0, 2) == 0)
        size = 1;
    return shape;
  };
  return {part(), part()};
}

template <typename OpT> void checkBinary(double low, double high) {
  checkInstances([&](GradientProblem &p) {
    auto [l, r] = broadcastable(p);
    Value a = p.weights(l, low, high), b = p.weights(r, low, high);
    p.finish(OpT::create(p, a, b)->getResults());
  });
}

template <typename OpT> void checkUnary(double low, double high) {
  checkInstances([&](GradientProblem &p) {
    p.finish(OpT::create(p, p.weights(p.shape(p.integer(0, 3)), low, high))->getResults());
  });
}

TEST(Gradient, Add) { checkBinary<AddOp>(-1, 1); }
TEST(Gradient, Sub) { checkBinary<SubOp>(-1, 1); }
TEST(Gradient, Mul) { checkBinary<MulOp>(-1, 1); }
TEST(Gradient, Div) { checkBinary<DivOp>(0.5, 2); }
TEST(Gradient, Exp) { checkUnary<ExpOp>(-1, 1); }
TEST(Gradient, Log) { checkUnary<LogOp>(0.5, 2); }
TEST(Gradient, Sqrt) { checkUnary<SqrtOp>(0.5, 2); }
TEST(Gradient, Sigmoid) { checkUnary<SigmoidOp>(-2, 2); }
TEST(Gradient, Tanh) { checkUnary<TanhOp>(-2, 2); }
TEST(Gradient, Neg) { checkUnary<NegOp>(-1, 1); }

TEST(Gradient, SquareOfOneValue) {
  checkInstances([](GradientProblem &p) {
    Value x = p.weights(p.shape(2));
    p.finish(MulOp::create(p, x, x)->getResults());
  });
}

TEST(Gradient, Relu) {
  checkInstances([](GradientProblem &p) {
    p.finish(ReluOp::create(p, p.away(p.shape(2, 6), {0}))->getResults());
  });
}

TEST(Gradient, Clip) {
  checkInstances([](GradientProblem &p) {
    Value x = p.away(p.shape(2, 6), {-0.25, 0.5});
    auto bound = [&](double value) { return p.flip() ? p.getF64FloatAttr(value) : FloatAttr(); };
    p.finish(ClipOp::create(p, x, bound(-0.25), bound(0.5))->getResults());
  });
}

TEST(Gradient, Select) {
  checkInstances([](GradientProblem &p) {
    auto [l, r] = broadcastable(p);
    Value condition = CompareOp::create(p, p.away(l, {0}), p.fixed({}, 0, 0), ComparePredicate::GT);
    p.finish(SelectOp::create(p, condition, p.weights(r), p.weights(l))->getResults());
  });
}

TEST(Gradient, Cast) {
  checkInstances([](GradientProblem &p) {
    Value wide = CastOp::create(p, p.weights(p.shape(2)), p.getF64Type());
    Value square = MulOp::create(p, wide, wide);
    p.finish(CastOp::create(p, square, p.getF32Type())->getResults());
  });
}

TEST(Gradient, Masked) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(2);
    std::vector<double> bits(shape[0] * shape[1]);
    for (double &bit : bits)
      bit = p.integer(0, 1);
    Value mask = p.parameter(p.getI1Type(), shape, bits, false);
    p.finish(MaskedOp::create(p, p.weights(shape), mask)->getResults());
  });
}

// The straight-through gradient is the derivative of the clipping alone.
TEST(Gradient, FakeQuantize) {
  for (unsigned seed = 0; seed < 2 * kInstances; ++seed) {
    GradientContext context;
    GradientProblem quantized(context.get(), seed), clipped(context.get(), seed);
    bool perChannel = seed % 2, isSigned = seed % 3, narrow = seed % 3 == 1;
    // One scale for all channels, so that one clip stands for them. Steps of
    // 0.25 with 3 bits; the grid ends half a step beyond its outermost values.
    constexpr double kScale = 0.25;
    int64_t zero = isSigned ? 1 : 3;
    int64_t least = isSigned ? -4 + narrow : 0, greatest = isSigned ? 3 : 7;
    double low = (least - zero - 0.5) * kScale, high = (greatest - zero + 0.5) * kScale;
    auto build = [&](GradientProblem &p, bool quantize) {
      Value x = p.away({3, 5}, {low, high}, -2, 2);
      Shape shape = perChannel ? Shape{3} : Shape{};
      std::vector<double> scales(perChannel ? 3 : 1, kScale), zeros(scales.size(), double(zero));
      Value scale = p.parameter(p.getF32Type(), shape, scales, false);
      Value zeroPoint = p.parameter(p.getI32Type(), shape, zeros, false);
      Value y;
      if (quantize)
        y = FakeQuantizeOp::create(p, x, scale, zeroPoint, 3, isSigned, narrow,
                                   perChannel ? p.getI32IntegerAttr(0) : IntegerAttr());
      else
        y = ClipOp::create(p, x, p.getF64FloatAttr(low), p.getF64FloatAttr(high));
      p.finish(y);
    };
    build(quantized, true);
    build(clipped, false);
    quantized.check(&clipped);
  }
}

/// Random strides, dilations and pads of a window that fits `kernel`.
struct Windows {
  Windows(GradientProblem &p, ArrayRef<int64_t> kernel) {
    for (int i = 0; i < 2; ++i) {
      strides.push_back(p.integer(1, 2));
      dilations.push_back(p.integer(1, 2));
    }
    for (int i = 0; i < 4; ++i)
      pads.push_back(p.integer(0, kernel[i % 2] - 1));
  }
  Shape strides, dilations, pads;
};

Shape imageShape(Layout layout, int64_t n, int64_t c, int64_t h, int64_t w) {
  return layout == Layout::NCHW ? Shape{n, c, h, w} : Shape{n, h, w, c};
}

TEST(Gradient, Conv) {
  for (int64_t groups : {1, 2, 3})
    for (Layout layout : {Layout::NCHW, Layout::NHWC})
      checkInstances([&](GradientProblem &p) {
        int64_t in = p.integer(1, 2), out = p.integer(1, 2);
        Shape kernel{p.integer(1, 3), p.integer(1, 3)};
        Windows w(p, kernel);
        Value x = p.weights(imageShape(layout, p.integer(1, 2), groups * in, p.integer(5, 7), p.integer(5, 7)));
        Value weight = p.weights({groups * out, in, kernel[0], kernel[1]});
        Value bias = p.flip() ? p.weights({groups * out}) : Value();
        p.finish(ConvOp::create(p, x, weight, bias, w.strides, w.dilations, w.pads, groups, layout)
                     ->getResults());
      });
}

TEST(Gradient, Matmul) {
  for (bool ta : {false, true})
    for (bool tb : {false, true})
      checkInstances([&](GradientProblem &p) {
        auto [a, b] = broadcastable(p);
        if (p.flip())
          a = b = {};
        int64_t m = p.integer(1, 3), k = p.integer(1, 4), n = p.integer(1, 3);
        a.append(ta ? Shape{k, m} : Shape{m, k});
        b.append(tb ? Shape{n, k} : Shape{k, n});
        Value bias = p.flip() ? p.weights({n}) : Value();
        p.finish(MatmulOp::create(p, p.weights(a), p.weights(b), bias, ta, tb)->getResults());
      });
}

TEST(Gradient, MaxPool) {
  for (Layout layout : {Layout::NCHW, Layout::NHWC})
    checkInstances([&](GradientProblem &p) {
      Shape kernel{p.integer(1, 3), p.integer(1, 3)};
      Windows w(p, kernel);
      Value x = p.distinct(imageShape(layout, 2, p.integer(1, 2), p.integer(5, 6), p.integer(5, 6)));
      p.finish(MaxPoolOp::create(p, x, kernel, w.strides, w.dilations, w.pads, p.flip(), layout)
                   ->getResults());
    });
}

TEST(Gradient, AveragePool) {
  for (Layout layout : {Layout::NCHW, Layout::NHWC})
    checkInstances([&](GradientProblem &p) {
      Shape kernel{p.integer(1, 3), p.integer(1, 3)};
      Windows w(p, kernel);
      Value x = p.weights(imageShape(layout, 2, p.integer(1, 2), p.integer(5, 6), p.integer(5, 6)));
      p.finish(AveragePoolOp::create(p, x, kernel, w.strides, w.dilations, w.pads, p.flip(), layout,
                                     p.flip())
                   ->getResults());
    });
}

TEST(Gradient, GlobalAveragePool) {
  for (Layout layout : {Layout::NCHW, Layout::NHWC})
    checkInstances([&](GradientProblem &p) {
      Value x = p.weights(imageShape(layout, 2, p.integer(1, 3), p.integer(1, 4), p.integer(1, 4)));
      p.finish(GlobalAveragePoolOp::create(p, x, layout)->getResults());
    });
}

TEST(Gradient, BatchNorm) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(p.integer(1, 4));
    int64_t axis = p.integer(0, shape.size() - 1);
    Shape channels{shape[axis]};
    p.finish(BatchNormOp::create(p, p.weights(shape), p.weights(channels), p.weights(channels),
                                 p.weights(channels), p.weights(channels, 0.5, 2),
                                 p.getF64FloatAttr(1e-3), p.getF64FloatAttr(0.9),
                                 p.getI32IntegerAttr(axis))
                 ->getResults());
  });
}

// All three results: the statistics carry a gradient of their own.
TEST(Gradient, BatchNormTraining) {
  for (unsigned results : {1, 2, 3})
    checkInstances([&](GradientProblem &p) {
      Shape shape{p.integer(3, 5), p.integer(2, 3), p.integer(2, 3)};
      int64_t axis = p.integer(0, 2);
      Shape channels{shape[axis]};
      auto op = BatchNormTrainingOp::create(p, p.weights(shape), p.weights(channels),
                                            p.weights(channels), p.getF64FloatAttr(1e-2),
                                            p.getI32IntegerAttr(axis));
      p.finish(op->getResults().take_front(results));
    });
}

TEST(Gradient, Softmax) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(p.integer(1, 3));
    p.finish(SoftmaxOp::create(p, p.weights(shape, -3, 3), uint32_t(p.integer(0, shape.size() - 1)))
                 ->getResults());
  });
}

TEST(Gradient, ReduceSum) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(p.integer(1, 4)), axes;
    for (size_t axis = 0; axis < shape.size(); ++axis)
      if (p.flip())
        axes.push_back(axis);
    Value x = p.weights(shape), square = MulOp::create(p, x, x);
    p.finish(ReduceSumOp::create(p, square, axes, p.flip())->getResults());
  });
}

TEST(Gradient, Broadcast) {
  checkInstances([](GradientProblem &p) {
    Shape like = p.shape(3), from(ArrayRef(like).drop_front(p.integer(0, 2)));
    from[0] = 1;
    p.finish(BroadcastOp::create(p, p.weights(from), p.fixed(like))->getResults());
  });
}

TEST(Gradient, Reshape) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(3);
    p.finish(ReshapeOp::create(p, p.weights(shape), Shape{0, -1})->getResults());
  });
}

TEST(Gradient, Transpose) {
  checkInstances([](GradientProblem &p) {
    Shape permutation{0, 1, 2, 3};
    for (int i = 3; i > 0; --i)
      std::swap(permutation[i], permutation[p.integer(0, i)]);
    p.finish(TransposeOp::create(p, p.weights(p.shape(4)), permutation)->getResults());
  });
}

TEST(Gradient, Pad) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(3), low, high;
    for (int64_t size : shape) {
      low.push_back(p.integer(size > 2 ? -1 : 0, 2));
      high.push_back(p.integer(size > 2 ? -1 : 0, 2));
    }
    p.finish(PadOp::create(p, p.weights(shape), low, high, llvm::APFloat(p.uniform(-1, 1)))
                 ->getResults());
  });
}

TEST(Gradient, Concat) {
  checkInstances([](GradientProblem &p) {
    Shape shape = p.shape(3);
    int64_t axis = p.integer(0, 2);
    SmallVector<Value> inputs;
    for (int64_t i = 0, count = p.integer(1, 3); i < count; ++i) {
      shape[axis] = p.integer(1, 3);
      inputs.push_back(i == 1 ? p.fixed(shape) : p.weights(shape));
    }
    p.finish(ConcatOp::create(p, inputs, uint32_t(axis))->getResults());
  });
}

TEST(Gradient, Slice) {
  checkInstances([](GradientProblem &p) {
    Shape shape{p.integer(1, 7), p.integer(1, 7), p.integer(1, 7)}, offsets, sizes, strides;
    for (int64_t size : shape) {
      offsets.push_back(p.integer(0, size - 1));
      strides.push_back(std::min(p.integer(1, 3), size));
      sizes.push_back(p.integer(1, (size - offsets.back() - 1) / strides.back() + 1));
    }
    p.finish(SliceOp::create(p, p.weights(shape), offsets, sizes, strides)->getResults());
  });
}

TEST(Gradient, CrossEntropy) {
  checkInstances([](GradientProblem &p) {
    int64_t batch = p.integer(1, 4), classes = p.integer(2, 5);
    std::vector<double> labels(batch);
    for (double &label : labels)
      label = p.integer(0, classes - 1);
    Value logits = p.weights({batch, classes}, -3, 3);
    Value classIds = p.parameter(p.getI32Type(), {batch}, labels, false);
    p.finish(CrossEntropyOp::create(p, logits, classIds, p.getF64FloatAttr(p.flip() ? 0.1 : 0))
                 ->getResults());
  });
}

TEST(Gradient, DistillationLoss) {
  checkInstances([](GradientProblem &p) {
    Shape shape{p.integer(1, 4), p.integer(2, 5)};
    Value student = p.weights(shape, -3, 3), teacher = p.fixed(shape, -3, 3);
    p.finish(DistillationLossOp::create(p, student, teacher, p.getF64FloatAttr(p.flip() ? 4 : 1))
                 ->getResults());
  });
}

// Two uses of one parameter and a residual connection: gradients meet.
TEST(Gradient, SharedAndResidual) {
  checkInstances([](GradientProblem &p) {
    Value x = p.weights({3, 4}), w = p.weights({4, 4});
    Value y = x;
    for (int layer = 0; layer < 3; ++layer) {
      Value product = MatmulOp::create(p, y, w, Value());
      y = AddOp::create(p, y, SoftmaxOp::create(p, product, uint32_t(1)));
    }
    p.finish(y);
  });
}

// A new op of the dialect gets a rule, or a place in this list.
TEST(Gradient, EveryOpHasARuleOrNeedsNone) {
  GradientContext context;
  for (RegisteredOperationName name : context->getRegisteredOperations()) {
    if (name.getDialectNamespace() != "pj")
      continue;
    // Leaves, ends of regions, ops without a float result, adjoints, and what is not trained:
    // search spaces, and forms behind the decided one.
    StringRef op = name.stripDialect();
    bool none = llvm::is_contained({"param", "use", "constant", "compare", "yield"}, op) ||
                op.ends_with("_gradient") || name.hasTrait<penjing::OpTrait::OnlyScheduled>() ||
                name.hasTrait<penjing::OpTrait::OnlyPackedOrScheduled>() ||
                name.hasTrait<penjing::OpTrait::OnlySpace>();
    EXPECT_NE(name.hasInterface<DifferentiableOpInterface>(), none) << name.getStringRef().str();
  }
}

} // namespace
