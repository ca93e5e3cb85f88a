/// Anthropic's Messages API.
@NullMarked
package io.keywheel.adapters.http.anthropic;

import org.jspecify.annotations.NullMarked;
