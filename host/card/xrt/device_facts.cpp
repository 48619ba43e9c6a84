#include "card/xrt/device_facts.hpp"

#include <algorithm>
#include <sstream>

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>

namespace wirebook::card {

namespace {

namespace pt = boost::property_tree;

pt::ptree tree_of(const std::string& text) {
  pt::ptree tree;
  std::istringstream in(text);
  try {
    pt::read_json(in, tree);
  } catch (const pt::ptree_error&) {
    return {};
  }
  return tree;
}

template <class Value>
std::optional<Value> value_in(const pt::ptree& tree, const char* key) {
  const auto value = tree.get_optional<Value>(key);
  return value ? std::optional<Value>(*value) : std::nullopt;
}

}  // namespace

std::optional<double> temperature_in(const std::string& thermal) {
  const pt::ptree tree = tree_of(thermal);
  std::optional<double> hottest;
  const auto sensors = tree.get_child_optional("thermals");
  if (!sensors)
    return std::nullopt;
  for (const auto& [name, sensor] : *sensors) {
    const auto celsius = value_in<double>(sensor, "temp_C");
    if (!celsius || !sensor.get("is_present", false))
      continue;
    if (sensor.get("location_id", "") == "fpga0")
      return celsius;
    hottest = std::max(hottest.value_or(*celsius), *celsius);
  }
  return hottest;
}

std::optional<double> power_in(const std::string& electrical) {
  return value_in<double>(tree_of(electrical), "power_consumption_watts");
}

std::optional<std::uint64_t> host_memory_in(const std::string& pcie_info) {
  // A number and its unit: "1 GB", "512 MB", "0 Byte".
  const auto text = value_in<std::string>(tree_of(pcie_info), "enabled_host_mem_size_bytes");
  if (!text)
    return std::nullopt;
  std::istringstream in(*text);
  double number = 0;
  std::string unit;
  if (!(in >> number))
    return std::nullopt;
  in >> unit;
  double bytes = number;
  constexpr std::string_view units = "BKMGT";
  const std::size_t power = unit.empty() ? 0 : units.find(unit[0]);
  if (power == std::string_view::npos)
    return std::nullopt;
  for (std::size_t i = 0; i < power; ++i)
    bytes *= 1024;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace wirebook::card
