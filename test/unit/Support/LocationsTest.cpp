// ONNX nodes in locations survive fusing, plain naming and call sites,
// and are described for messages.
#include "penjing/Support/Locations.h"

#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace mlir;

TEST(Locations, NodeGoesInAndOut) {
  MLIRContext context;
  NodeOrigin node{"conv1", "Conv", "model.onnx", 7};
  Location loc = nodeLocation(&context, node);
  ASSERT_EQ(nodeOrigins(loc).size(), 1u);
  EXPECT_EQ(nodeOrigins(loc)[0], node);
  EXPECT_EQ(nodeName(loc), "conv1");
  EXPECT_EQ(describeNodes(loc), "\"conv1\" (Conv, model.onnx)");
  std::string text;
  llvm::raw_string_ostream os(text);
  loc.print(os);
  EXPECT_EQ(text, "loc(\"conv1\"(\"Conv\"(\"model.onnx\":7:0)))");
}

TEST(Locations, FusingKeepsEveryNodeOnce) {
  MLIRContext context;
  Location a = nodeLocation(&context, {"a", "Conv", "m", 1});
  Location b = nodeLocation(&context, {"b", "Relu", "m", 2});
  Location c = nodeLocation(&context, {"c", "Add", "m", 3});
  Location ab = fuseLocations({a, b});
  Location all = fuseLocations({ab, b, c, UnknownLoc::get(&context)});
  EXPECT_EQ(describeNodes(all),
            "\"a\" (Conv, m), \"b\" (Relu, m), \"c\" (Add, m)");
  EXPECT_EQ(fuseLocations({a}), a);
  EXPECT_EQ(fuseLocations({UnknownLoc::get(&context)}),
            UnknownLoc::get(&context));
}

TEST(Locations, PlainNamesAndNothing) {
  MLIRContext context;
  Location plain = NameLoc::get(StringAttr::get(&context, "fc"));
  EXPECT_EQ(describeNodes(plain), "\"fc\"");
  EXPECT_EQ(describeNodes(CallSiteLoc::get(plain, UnknownLoc::get(&context))),
            "\"fc\"");
  EXPECT_EQ(describeNodes(UnknownLoc::get(&context)), "unnamed");
  EXPECT_EQ(nodeName(UnknownLoc::get(&context)), "");
}
