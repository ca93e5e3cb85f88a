/// anthropic-java on the Messages API.
@NullMarked
package io.keywheel.clients.anthropic;

import org.jspecify.annotations.NullMarked;
