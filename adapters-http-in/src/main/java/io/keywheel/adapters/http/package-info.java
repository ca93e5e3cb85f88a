/// The routes, who may use them, and how their answers and errors look.
@NullMarked
package io.keywheel.adapters.http;

import org.jspecify.annotations.NullMarked;
