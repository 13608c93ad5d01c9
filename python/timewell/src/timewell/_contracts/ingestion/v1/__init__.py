# Generated from proto/ by npm run gen. Do not change it by hand.
