@NullMarked
package io.keywheel.adapters.usage;

import org.jspecify.annotations.NullMarked;
