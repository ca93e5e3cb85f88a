/// HTTP to a provider: the JDK's client or Helidon's, under one contract.
@NullMarked
package io.keywheel.adapters.llm.transport;

import org.jspecify.annotations.NullMarked;
