@NullMarked
package io.keywheel.adapters.metrics;

import org.jspecify.annotations.NullMarked;
