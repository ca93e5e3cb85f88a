/// A simulator of the LLM providers.
///
/// [io.keywheel.simulator.Simulator] starts it from a [io.keywheel.simulator.Scenario]; a [io.keywheel.simulator.Fault]
/// changes the answer of one request, or of all; [io.keywheel.simulator.Received] is a logged request.
///
/// It implements HTTP/1.1 over plain sockets, because web servers do not allow violations of the protocol. It sends an
/// interim 103, a body cut within a chunk, an unannounced close, or a body that ends with its connection. Connections
/// also wait in a read, which detects a client's disconnect immediately.
///
/// Every answer is first a list of steps; a fault edits that list; a connection performs it. In the packages below,
/// `http` performs steps, `wire` implements the providers' APIs, and `quota` counts. None depends on this package.
@NullMarked
package io.keywheel.simulator;

import org.jspecify.annotations.NullMarked;
