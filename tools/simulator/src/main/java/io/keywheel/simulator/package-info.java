/// A stand-in for the LLM providers.
///
/// [io.keywheel.simulator.Simulator] starts it from a [io.keywheel.simulator.Scenario]; a [io.keywheel.simulator.Fault]
/// makes one request, or all, go wrong; [io.keywheel.simulator.Received] is what it was asked.
///
/// It talks HTTP/1.1 over plain sockets instead of using a web server: a server that keeps HTTP's rules cannot
/// be made to break them, and breaking them (an interim 103, a body cut in the middle of a chunk, a connection
/// closed without a word, a body that ends with its connection) is what it is for. It also makes waiting cheap
/// to watch: a connection that waits does so by reading, and so learns at once that its client has left.
///
/// Every answer is first written down as a list of steps; a fault is an edit of that list; a connection performs it.
/// Below: `http` performs steps, `wire` speaks as each provider does, `quota` counts. None of them knows this package.
@NullMarked
package io.keywheel.simulator;

import org.jspecify.annotations.NullMarked;
