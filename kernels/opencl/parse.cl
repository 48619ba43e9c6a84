// Wire messages to sealed slots, many at a time: the software parser again, in OpenCL C.
//
// A work item makes the slots of RUN messages, one after the other. The host has found where
// messages start and which of them are well-formed, so that each is known to be whole and to make
// slots at a known place. Every slot is written as eight words, its seal computed from them.
// PORTABLE leaves out what is not OpenCL C: instructions of the processor.
//
// `ring` is the slot ring's memory, `sequence` that of the batch's first slot; the phase and the
// seal are those of the place. Specification: include/wirebook/slot.hpp, crc32c.hpp; what the
// messages are: OUCH 5.0 inbound, ITCH 5.0. Little-endian devices only.

typedef struct {
  uint offset;      // of the message in `bytes`
  uint slot;        // of its head, counted from `sequence`
  uint session;     // OUCH
  ushort length;
  uchar extensions; // slots behind the head
  uchar fixed;      // OUCH: bytes before the appendage's length
} Message;

// Where each byte of an ITCH message goes: host/wire_in/itch_forms.hpp makes this table.
typedef struct {
  uchar source[32];
  uchar shuffles[2][2][16];
  uchar windows[2];
  uchar length;
  uchar last_shift;
  uchar reserved[4];
  ulong last_mask;
  uchar pad[16];
} Form;

// What is alike for all messages of a batch.
typedef struct {
  ulong sequence;
  ulong ring_slots;
  ulong time_ns;  // OUCH
  uint epoch;
  uint count;
} Batch;

// ── Words ───────────────────────────────────────────────────────────────────────────────────────

ulong load8(global const uchar* p) { return as_ulong(vload8(0, p)); }
uint load4(global const uchar* p) { return as_uint(vload4(0, p)); }
ulong big8(global const uchar* p) { return as_ulong(vload8(0, p).s76543210); }
uint big4(global const uchar* p) { return as_uint(vload4(0, p).s3210); }
uint big2(global const uchar* p) { return (uint)p[0] << 8 | p[1]; }
ulong pair(uint low, uint high) { return low | (ulong)high << 32; }

// ── The seal ────────────────────────────────────────────────────────────────────────────────────

// One step of CRC-32C over eight bytes: the processor's instruction where the compiler has it.
#if defined(__SSE4_2__) && !defined(PORTABLE)
ulong crc_step(ulong crc, ulong word, constant const uint* tables) {
  return __builtin_ia32_crc32di(crc, word);
}
#else
// Eight tables of 256, one for each place of a byte in the word.
ulong crc_step(ulong crc, ulong word, constant const uint* tables) {
  word ^= crc;
  uint next = 0;
  for (uint i = 0; i < 8; ++i, word >>= 8)
    next ^= tables[(7 - i) * 256 + (word & 0xFF)];
  return next;
}
#endif

enum { kind_extension = 0x01, kind_feed = 0x80 };

// Puts a whole slot into its place.
void store_slot(global ulong* ring, Batch batch, uint slot, const ulong* words, uint kind,
                uint extensions, constant const uint* tables) {
  const ulong sequence = batch.sequence + slot;
  const ulong tail = kind | extensions << 8;
  ulong crc = crc_step(0xFFFFFFFF, sequence, tables);
  for (uint i = 0; i < 7; ++i)
    crc = crc_step(crc, words[i], tables);
  crc = crc_step(crc, tail | (ulong)batch.epoch << 32, tables);
  const ulong phase = (sequence & batch.ring_slots) == 0 ? 1 : 0;

  global ulong* const to = ring + (sequence & (batch.ring_slots - 1)) * 8;
  for (uint i = 0; i < 7; ++i)
    to[i] = words[i];
  to[7] = tail | phase << 16 | (ulong)~(uint)crc << 32;
}

// ── ITCH ────────────────────────────────────────────────────────────────────────────────────────

// Bytes 8 to 39 of the body, from wherever the form says; without a branch on the type.
#if defined(__SSSE3__) && !defined(PORTABLE)
ulong2 shuffle_half(global const Form* form, uint which, uchar16 first, uchar16 second) {
  const char16 a =
      __builtin_ia32_pshufb128(as_char16(first), as_char16(vload16(0, form->shuffles[which][0])));
  const char16 b =
      __builtin_ia32_pshufb128(as_char16(second), as_char16(vload16(0, form->shuffles[which][1])));
  return as_ulong2(a | b);
}
#endif

void gather(global const Form* form, global const uchar* message, ulong* words) {
#if defined(__SSSE3__) && !defined(PORTABLE)
  if (form->length >= 16) {
    const uchar16 first = vload16(0, message + form->windows[0]);
    const uchar16 second = vload16(0, message + form->windows[1]);
    const ulong2 low = shuffle_half(form, 0, first, second);
    const ulong2 high = shuffle_half(form, 1, first, second);
    words[0] = low.x;
    words[1] = low.y;
    words[2] = high.x;
    words[3] = high.y;
    return;
  }
#endif
  for (uint word = 0; word < 4; ++word) {
    ulong bytes = 0;
    for (uint i = 0; i < 8; ++i) {
      const uchar source = form->source[word * 8 + i];
      if (source < 0x80)
        bytes |= (ulong)message[source] << (8 * i);
    }
    words[word] = bytes;
  }
}

void itch_slot(global const uchar* message, Message at, global ulong* ring, Batch batch,
               global const Form* forms, constant const uint* tables) {
  const uchar type = message[0];
  global const Form* const form = forms + type;
  const ulong time = big8(message + 3);  // the tracking number, then 48 bits of time
  ulong words[7];
  words[0] = time & 0xFFFFFFFFFFFF;
  words[1] = big2(message + 1) | (time >> 32 & 0xFFFF) << 16 | time << 32;
  gather(form, message, words + 2);
  words[6] = load8(message + at.length - 8) >> form->last_shift & form->last_mask;
  store_slot(ring, batch, at.slot, words, kind_feed | type, 0, tables);
}

kernel void parse_itch(global const uchar* bytes, global const Message* messages,
                       global ulong* ring, Batch batch, global const Form* forms,
                       constant const uint* tables) {
  const uint first = get_global_id(0) * RUN;
  for (uint item = first; item < min(first + RUN, batch.count); ++item)
    itch_slot(bytes + messages[item].offset, messages[item], ring, batch, forms, tables);
}

// ── OUCH ────────────────────────────────────────────────────────────────────────────────────────

// 64 bits on the wire, 32 in a slot; what does not fit becomes a price that nobody takes.
uint slot_price(ulong price) { return price > 0xFFFFFFFF ? 0xFFFFFFFF : (uint)price; }

// Words 4 to 6 of Enter and Replace: price, then 14 bytes of ClOrdID, then the flags.
void price_words(ulong* words, global const uchar* price, global const uchar* id) {
  words[4] = pair(slot_price(big8(price)), load4(id));
  words[5] = load8(id + 4);
  words[6] = id[12] | (ulong)id[13] << 8;
}
ulong flag(uchar character, uint byte) { return (ulong)character << (8 * byte); }

// Words 2 to 6 of the head.
void order_words(global const uchar* m, ulong* words) {
  switch (m[0]) {
    case 'O':
      words[2] = load8(m + 10);
      words[3] = pair(big4(m + 1), big4(m + 6));
      price_words(words, m + 18, m + 31);
      words[6] |= flag(m[5], 2) | flag(m[26], 3) | flag(m[27], 4) | flag(m[28], 5) |
                  flag(m[29], 6) | flag(m[30], 7);
      break;
    case 'U':
      words[2] = big4(m + 1);
      words[3] = pair(big4(m + 5), big4(m + 9));
      price_words(words, m + 13, m + 24);
      words[6] |= flag(m[21], 3) | flag(m[22], 4) | flag(m[23], 6);
      break;
    case 'X':
      words[3] = pair(big4(m + 1), big4(m + 5));
      break;
    case 'M':
      words[3] = pair(big4(m + 1), big4(m + 6));
      words[6] = flag(m[5], 2);
      break;
    case 'C':
      words[2] = load8(m + 9);
      words[3] = pair(big4(m + 1), load4(m + 5));
      break;
    case 'D':
    case 'E':
      words[3] = pair(big4(m + 1), load4(m + 5));
      break;
    default:  // Q has a type and nothing else
      break;
  }
}

// Up to 48 bytes of the appendage, verbatim, zeros behind them.
void extension_words(global const uchar* from, uint length, ulong* words) {
  for (uint word = 0; word < 6; ++word) {
    ulong bytes = 0;
    for (uint i = word * 8; i < min(length, word * 8 + 8); ++i)
      bytes |= (ulong)from[i] << (8 * (i & 7));
    words[1 + word] = bytes;
  }
}

void ouch_slots(global const uchar* message, Message at, global ulong* ring, Batch batch,
                constant const uint* tables) {
  const uint appendage = at.length > at.fixed + 2 ? at.length - at.fixed - 2 : 0;
  ulong words[7] = {batch.time_ns, (ulong)appendage << 16 | (ulong)at.session << 32, 0, 0, 0, 0, 0};
  order_words(message, words);
  store_slot(ring, batch, at.slot, words, message[0], at.extensions, tables);

  for (uint i = 0; i < at.extensions; ++i) {
    extension_words(message + at.fixed + 2 + i * 48, min(appendage - i * 48, 48u), words);
    store_slot(ring, batch, at.slot + 1 + i, words, kind_extension, 0, tables);
  }
}

kernel void parse_ouch(global const uchar* bytes, global const Message* messages,
                       global ulong* ring, Batch batch, global const Form* forms,
                       constant const uint* tables) {
  const uint first = get_global_id(0) * RUN;
  for (uint item = first; item < min(first + RUN, batch.count); ++item)
    ouch_slots(bytes + messages[item].offset, messages[item], ring, batch, tables);
}
