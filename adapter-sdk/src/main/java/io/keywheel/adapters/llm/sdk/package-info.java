/// The SDK for provider adapters over HTTP.
@NullMarked
package io.keywheel.adapters.llm.sdk;

import org.jspecify.annotations.NullMarked;
