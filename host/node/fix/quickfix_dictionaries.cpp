#include "node/fix/quickfix_dictionaries.hpp"

#include <quickfix/DataDictionary.h>
#include <quickfix/Values.h>

namespace wirebook {
namespace fix {

namespace {

/// Knows the groups that order entry may bring, so that their fields are not taken for repeated
/// ones. All else is the translator's to judge.
ptr::shared_ptr<FIX::DataDictionary> make_dictionary() {
  FIX::DataDictionary sub_parties;
  sub_parties.addField(523);
  sub_parties.addField(803);
  FIX::DataDictionary parties;
  parties.addField(448);
  parties.addField(447);
  parties.addField(452);
  FIX::DataDictionary allocations;
  allocations.addField(79);
  allocations.addField(80);
  ptr::shared_ptr<FIX::DataDictionary> dictionary(new FIX::DataDictionary);
  for (const char* const type : {"D", "F", "G", "H", "q"}) {
    parties.addGroup(type, 802, 523, sub_parties);
    dictionary->addGroup(type, 453, 448, parties);
    dictionary->addGroup(type, 78, 79, allocations);
  }
  return dictionary;
}

}  // namespace

FIX::DataDictionaryProvider order_dictionaries() {
  FIX::DataDictionaryProvider provider;
  const ptr::shared_ptr<FIX::DataDictionary> orders = make_dictionary();
  const ptr::shared_ptr<FIX::DataDictionary> none(new FIX::DataDictionary);
  provider.addTransportDataDictionary(FIX::BeginString("FIX.4.4"), orders);
  provider.addTransportDataDictionary(FIX::BeginString("FIXT.1.1"), none);
  provider.addApplicationDataDictionary(FIX::ApplVerID(FIX::ApplVerID_FIX44), orders);
  provider.addApplicationDataDictionary(FIX::ApplVerID(FIX::ApplVerID_FIX50SP2), orders);
  return provider;
}

}  // namespace fix
}  // namespace wirebook
