@NullMarked
package io.keywheel.openapi;

import org.jspecify.annotations.NullMarked;
