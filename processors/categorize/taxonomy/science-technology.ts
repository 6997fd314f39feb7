import type { TaxonomyTopic } from './topic.ts';

export const scienceTechnology: TaxonomyTopic = {
  id: 'science-technology',
  facets: {
    science: [
      'Fossils of a new dinosaur found. Palaeontologists say the feathered animal is an ancestor of birds.',
      'Physicists measure a rare particle decay. The result of the experiment could point beyond the standard model.',
      'Scientists map the genome of the chimpanzee. Researchers compared its DNA with that of humans.',
      'Ancient tools show that early humans lived in caves much earlier, archaeologists report in the journal Nature.',
    ],
    space: [
      'Nasa rover finds signs of water on Mars. The spacecraft sent pictures of rocks formed in a lake.',
      'Probe reaches Saturn and its moon Titan. Astronomers received the first images of its surface.',
      'Private rocket reaches space. The spaceship flew above 100 km to win a prize; astronauts return from the space station.',
    ],
    software: [
      'Microsoft releases update for Windows. The new version of the operating system comes with a faster browser.',
      'Open source Linux software gains ground. IBM and Sun said their servers will run the free operating system.',
      'Computer makers move to 64-bit chips. Intel and AMD showed faster dual-core processors for PCs and laptops.',
      'Artificial intelligence writes code. The language model answers questions and was trained on text of the web.',
    ],
    internet: [
      'Google adds desktop search. The free tool finds e-mail and documents on a PC, as Yahoo and MSN prepare rivals.',
      'Music downloads boom. Apple sold its 150 millionth song online, while file-sharing networks still swap MP3s.',
      'Broadband takes off. Millions of homes now have a fast internet connection, and blogs and web video grow.',
      'Social network changes its privacy settings. Users can now choose who sees their posts and photos.',
    ],
    computer_security: [
      'New worm spreads by e-mail. Security firms warned users of Windows PCs of a virus that steals passwords.',
      'Hackers steal data of customers. The flaw in the software lets attackers take over a computer; a patch is out.',
      'Spam and phishing on the rise. Fake e-mails trick users into giving their bank details on bogus websites.',
    ],
    gadgets: [
      'Apple unveils new iPod with colour screen. The music player holds thousands of songs and photos.',
      'Smartphone with better camera goes on sale. The handset has a larger screen and a longer battery life.',
      'High-definition DVDs: electronics makers fight over the format of the next generation of discs and TVs.',
    ],
    games: [
      'Nintendo shows handheld console with two screens. Sony will launch the PlayStation Portable next year.',
      'Video game sells two million copies on its first day. Players queued at midnight for the Xbox shooter.',
    ],
    telecoms: [
      'Mobile operators launch 3G networks. Phone users can make video calls and surf the net at high speed.',
      'Internet telephony: calls over the web with Skype and voice over IP are challenging phone companies.',
      'Wireless technology: wi-fi and WiMax bring fast internet access to laptops; RFID tags track goods.',
    ],
  },
};
