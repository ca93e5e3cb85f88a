@NullMarked
package io.keywheel.adapters.trace;

import org.jspecify.annotations.NullMarked;
