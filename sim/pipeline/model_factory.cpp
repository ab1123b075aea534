#include "sim/pipeline/model_factory.hpp"

#include <stdexcept>
#include <utility>

namespace millrace::sim {
namespace {

/// One overload a kind of module.
class MakeModel {
 public:
  MakeModel(const std::string& name, const Surroundings& surroundings, Ends<Timing>& ends)
      : name_(name), surroundings_(surroundings), ends_(ends) {}

  std::unique_ptr<Module> operator()(const SlidingWindowParameters& p) const { return make<SlidingWindow<Timing>>(p); }
  std::unique_ptr<Module> operator()(const ForkParameters& p) const { return make<Fork<Timing>>(p); }
  std::unique_ptr<Module> operator()(const AddParameters& p) const { return make<Add<Timing>>(p); }
  std::unique_ptr<Module> operator()(const SubsampleParameters& p) const { return make<Subsample<Timing>>(p); }
  std::unique_ptr<Module> operator()(const ChannelPadParameters& p) const { return make<ChannelPad<Timing>>(p); }
  std::unique_ptr<Module> operator()(const RebundleParameters& p) const { return make<Rebundle<Timing>>(p); }
  std::unique_ptr<Module> operator()(const GlobalPoolParameters& p) const { return make<GlobalPool<Timing>>(p); }
  std::unique_ptr<Module> operator()(const ConcatParameters& p) const { return make<Concat<Timing>>(p); }
  std::unique_ptr<Module> operator()(const PoolParameters& p) const { return make<Pool<Timing>>(p); }
  std::unique_ptr<Module> operator()(const PointwiseParameters& p) const {
    return std::make_unique<Pointwise<Timing>>(name_, p, surroundings_.images, nullptr, std::move(ends_));
  }
  std::unique_ptr<Module> operator()(const DotEngine& engine) const {
    return std::make_unique<DotArray<Timing>>(name_, engine.array, surroundings_.images, surroundings_.work(engine),
                                              nullptr, std::move(ends_));
  }
  std::unique_ptr<Module> operator()(const Reader&) const { return refuse(); }
  std::unique_ptr<Module> operator()(const Writer&) const { return refuse(); }

 private:
  template <typename Model, typename Parameters>
  std::unique_ptr<Module> make(const Parameters& parameters) const {
    return std::make_unique<Model>(name_, parameters, surroundings_.images, std::move(ends_));
  }
  std::unique_ptr<Module> refuse() const { throw std::logic_error(name_ + " needs a memory port"); }

  const std::string& name_;
  const Surroundings& surroundings_;
  Ends<Timing>& ends_;
};

}  // namespace

bool is_dma(const PlannedModule& module) {
  return std::holds_alternative<Reader>(module.parameters) || std::holds_alternative<Writer>(module.parameters);
}

std::unique_ptr<Module> make_model(const PlannedModule& module, const Surroundings& surroundings, Ends<Timing> ends) {
  return std::visit(MakeModel(module.name, surroundings, ends), module.parameters);
}

std::unique_ptr<Module> make_dma(const PlannedModule& module, const Surroundings& surroundings, MemoryPort& memory,
                                 Ends<Timing> ends) {
  if (const auto* reader = std::get_if<Reader>(&module.parameters)) {
    return std::make_unique<DmaReader<Timing>>(module.name, reader->dma, surroundings.images, memory,
                                               *surroundings.observer, std::move(ends));
  }
  return std::make_unique<DmaWriter<Timing>>(module.name, std::get<Writer>(module.parameters).dma, surroundings.images,
                                             memory, *surroundings.observer, std::move(ends));
}

}  // namespace millrace::sim
