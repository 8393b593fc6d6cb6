// The entry point of `coi` stands here.
return 0;
