/// The outbound ports: LLM providers, stores, the clock and other runtime services, and observers.
@NullMarked
package io.keywheel.application.port.out;

import org.jspecify.annotations.NullMarked;
