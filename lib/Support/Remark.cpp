// The remark stream, its order and its JSON form, and how a pass emits a
// remark about an operation.
#include "penjing/Support/Remark.h"

#include "penjing/Support/Locations.h"
#include "penjing/Support/Session.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <tuple>

using namespace penjing;
namespace json = llvm::json;

llvm::StringRef penjing::remarkKindName(RemarkKind kind) {
  switch (kind) {
  case RemarkKind::Passed:
    return "passed";
  case RemarkKind::Missed:
    return "missed";
  case RemarkKind::Analysis:
    return "analysis";
  }
  llvm_unreachable("unknown remark kind");
}

void RemarkStream::add(Remark remark) {
  std::lock_guard<std::mutex> lock(mutex);
  remark.stage = stage;
  remarks.push_back(std::move(remark));
}

void RemarkStream::beginStage() {
  std::lock_guard<std::mutex> lock(mutex);
  ++stage;
}

/// The values as text: the last resort that makes the order total.
static std::string valuesText(const Remark &remark) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const RemarkValue &value : remark.values)
    os << value.first << '=' << value.second << ';';
  return text;
}

std::vector<Remark> RemarkStream::sorted() const {
  std::vector<Remark> result;
  {
    std::lock_guard<std::mutex> lock(mutex);
    result = remarks;
  }
  llvm::sort(result, [](const Remark &a, const Remark &b) {
    auto key = [](const Remark &r) {
      return std::tie(r.stage, r.pass, r.node, r.kind, r.message);
    };
    if (key(a) != key(b))
      return key(a) < key(b);
    return valuesText(a) < valuesText(b);
  });
  return result;
}

json::Array RemarkStream::toJson() const {
  json::Array list;
  for (const Remark &remark : sorted()) {
    json::Object values;
    for (const RemarkValue &value : remark.values)
      values[value.first] = value.second;
    list.push_back(json::Object{{"pass", remark.pass},
                                {"kind", remarkKindName(remark.kind)},
                                {"node", remark.node},
                                {"op", remark.op},
                                {"file", remark.file},
                                {"message", remark.message},
                                {"stage", int64_t(remark.stage)},
                                {"values", std::move(values)}});
  }
  return list;
}

static llvm::Expected<Remark> parseRemark(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return llvm::createStringError("requires a remark to be an object");
  Remark remark;
  std::string kind;
  for (auto [name, target] :
       std::initializer_list<std::pair<llvm::StringRef, std::string *>>{
           {"pass", &remark.pass},
           {"kind", &kind},
           {"node", &remark.node},
           {"op", &remark.op},
           {"file", &remark.file},
           {"message", &remark.message}}) {
    std::optional<llvm::StringRef> text = object->getString(name);
    if (!text)
      return llvm::createStringError(
          "requires a remark to have the text \"%s\"", name.str().c_str());
    *target = text->str();
  }
  if (kind == "passed")
    remark.kind = RemarkKind::Passed;
  else if (kind == "missed")
    remark.kind = RemarkKind::Missed;
  else if (kind != "analysis")
    return llvm::createStringError(
        "requires a remark of kind passed, missed or analysis, but "
        "got \"%s\"",
        kind.c_str());
  remark.stage =
      uint64_t(std::max<int64_t>(0, object->getInteger("stage").value_or(0)));
  if (const json::Object *values = object->getObject("values"))
    for (const auto &entry : *values)
      remark.values.emplace_back(entry.first.str(), entry.second);
  llvm::sort(remark.values, llvm::less_first());
  return remark;
}

llvm::Error RemarkStream::fromJson(const json::Array &array) {
  std::vector<Remark> restored;
  uint64_t last = 0;
  for (const json::Value &value : array) {
    llvm::Expected<Remark> remark = parseRemark(value);
    if (!remark)
      return remark.takeError();
    last = std::max(last, remark->stage);
    restored.push_back(std::move(*remark));
  }
  std::lock_guard<std::mutex> lock(mutex);
  remarks = std::move(restored);
  stage = last;
  return llvm::Error::success();
}

void penjing::emitRemark(mlir::Operation *op, llvm::StringRef pass,
                         RemarkKind kind, const llvm::Twine &message,
                         std::vector<RemarkValue> values) {
  std::shared_ptr<Session> session = getSession(op->getContext());
  if (!session)
    return;
  Remark remark;
  remark.pass = pass.str();
  remark.kind = kind;
  llvm::SmallVector<NodeOrigin> nodes = nodeOrigins(op->getLoc());
  if (!nodes.empty()) {
    remark.node = nodes.front().name;
    remark.op = nodes.front().op;
    remark.file = nodes.front().file;
  }
  remark.message = message.str();
  remark.values = std::move(values);
  if (session->remarksAsDiagnostics)
    op->emitRemark() << pass << ": " << remark.message;
  session->remarks().add(std::move(remark));
}
