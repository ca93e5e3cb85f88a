@NullMarked
package io.keywheel.bootstrap.adapters;

import org.jspecify.annotations.NullMarked;
