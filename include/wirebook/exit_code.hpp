// How the program ends, for scripts and for other tools.
//
// Shapes: one enum. Threads: constants. Errors: this is them.
#pragma once

namespace wirebook {

enum class ExitCode : int {
  ok = 0,
  check_failed = 1,   ///< a verification that was asked for did not hold
  usage = 2,          ///< the command line is wrong
  configuration = 3,  ///< the configuration file is wrong
  malformed = 4,      ///< input could be read, but parts of it were malformed
  io = 5,             ///< a file, socket or system call failed
  journal = 6,        ///< the journal is corrupt
  card = 7,           ///< no card, or it failed, or the journal's disk did while the node ran
  internal = 70,      ///< a fault of the program itself
};

}  // namespace wirebook
